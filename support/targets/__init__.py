"""Deployments under test, as a port: where their doors are, how to sign in, and what can be done to them.

An embedded target is started here from binaries that came with the installation; a given one is known
by its addresses. Imported by `spec`, `cast`, `measure` and `proof`; imports `facts`, `drivers` and `outside`.
"""
