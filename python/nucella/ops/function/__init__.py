"""The functions of nucella.ops by subject."""
