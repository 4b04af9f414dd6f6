"""The weights that are installed with sayso; MODEL.md describes them."""
