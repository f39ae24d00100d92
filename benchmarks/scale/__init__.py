"""A register of many sizes asked about its days, by Tenure and by others, on one page."""
