"""Values: what was observed, when, and what is thought of it. No input or output happens here.

Every other room may import this one; it imports none of them.
"""
