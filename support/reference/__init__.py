"""The reference platform: a small, conforming Netra that serves as the default target.

It is a process of its own (`python -m support.reference`), described for strangers in CONTRACT.md.
It imports no other room, and no other room imports it, except where defects are seeded inside its process.
"""
