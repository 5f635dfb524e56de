"""What the model learns from: invented communities, items written by hand, and patterns that vary them."""
