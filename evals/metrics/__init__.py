"""The measures: pure functions on plain values, each defined and worked out by hand in its docstring.

Not applicable is None and never zero; a case that crashed scores zero and stays in the denominator.
"""
