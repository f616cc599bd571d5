"""The language of the steps: people, their conversations, what they saw, and what is judged of it.

Verbs that act record what came of it and leave the judging to a Then; judgements are called
`expect_…`, return nothing, raise `Broken`, and say what they observed. Imports facts, drivers and
outside; imported by steps and spec.
"""
