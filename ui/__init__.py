"""The Streamlit page, a client of the service."""
