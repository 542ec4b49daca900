"""What ``marsad dedup`` works with: sources of texts, what is a copy, and writing them again."""
