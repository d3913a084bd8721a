"""Where MindSpore's own tests find the registry of derivatives."""
