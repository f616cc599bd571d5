"""The proof that the suite cannot lie: seeded defects, hopeless targets, and what turns red on them.

Imports spec and targets, and, only inside the platform's own process, the reference platform.
Imported by nobody but the tests' own `support/conftest.py`.
"""
