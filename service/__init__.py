"""The HTTP service: questions in, verified and cited answers out."""
