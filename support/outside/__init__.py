"""The world around Netra, played: the AI model, three cloud billing services, and the ways to storage.

All of it lives in one process of its own for each deployment, so that what it does never delays the
suite's clock. `process` is that process; `world.World` is the client that scenarios speak through.
Imported by `targets`, `cast` and whatever wires them; imports only `facts`.
"""
