"""The commands that make figures from files: what they share, and those that stand in modules of their own."""
