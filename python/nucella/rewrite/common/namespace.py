"""Which cells a SymbolTree goes into."""

__all__ = []

# True: into layers of the library, too, if they have a spelling in Python (nucella.rewrite.layers).
_ms_cells_to_subtree = False
