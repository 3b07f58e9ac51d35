"""The checks of `viewcount doctor`, by what they look at; none of them changes anything."""
