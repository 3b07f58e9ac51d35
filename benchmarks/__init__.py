"""What the performance claims rest on; each module runs by itself and prints its figures."""
