"""Cards: one neutral model, made from templates, written in each format that a channel takes."""
