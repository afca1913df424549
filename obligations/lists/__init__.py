"""Lists that pages and API both show: their rows, orders and places, and how a list or a figure is taken away."""
