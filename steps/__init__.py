"""The sentences of `features/`, each bound to one call. One file for each noun of the domain."""
