"""Programs of the trading platform, as far as the lab stands in for them."""
