"""What only MindSpore's own tests ask for; nobody else should."""
