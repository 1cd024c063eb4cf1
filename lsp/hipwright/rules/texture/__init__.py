"""Rules about textures and surfaces."""
