"""The catalogue of defects, one file for each area of the specification."""
