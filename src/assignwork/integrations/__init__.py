"""Outside systems: one module or package each, behind an extra of its own.

Nothing here is imported by the library itself; each part reads events and calls what it stands for.
"""
