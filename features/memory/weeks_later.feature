@bvj:segment=all @bvj:goal=retention @bvj:value=remembered-context @bvj:impact=arr-500k
Feature: Decisions still stand weeks later
  So that customers can carry projects through that last for weeks,
  what they decided is known long after the session in which they decided it.

  Rule: A decision outlives the session in which it was made

    @promise:CC-2.decisions @promise:CC-2.outlasts
    Scenario: Two decisions of a session that is long over are known in a new conversation
      Given Chen has told Netra "We decided to move the archive to cold storage."
      And Chen has told Netra "We decided to reserve capacity for a year."
      And 3 weeks have passed for Chen
      When Netra is shut down for maintenance
      And Netra is started again
      And Chen asks Netra in a new conversation
      Then the AI model knows that Chen decided "to move the archive to cold storage" and "to reserve capacity for a year"

    @promise:CC-2.outlasts
    Scenario: A decision is known after a crash that took everything that was kept ready
      Given Chen has told Netra "We decided to leave the old data centre." in the conversation about plans
      When Netra crashes and loses whatever was kept ready
      And Netra is started again
      And Chen comes back through another server
      And Chen asks Netra in a new conversation
      Then the AI model knows that Chen decided "to leave the old data centre"
      And Chen is shown the decision "to leave the old data centre", told in the conversation about plans

    @promise:CC-2.outlasts
    Scenario: A decision still stands when its conversation has been put away
      Given Chen has told Netra "We decided to rent no more machines."
      When Chen archives the conversation
      And Chen asks Netra in a new conversation
      Then the AI model knows that Chen decided "to rent no more machines"

    @promise:CC-2.outlasts
    Scenario Outline: A decision still stands when Netra itself has put its conversation away
      Given Chen has told Netra "We decided to rent no more machines."
      And the conversation of Chen was <last> days ago
      And Netra has tidied up
      When Chen asks Netra in a new conversation
      Then the AI model knows that Chen decided "to rent no more machines"

      Examples: how a conversation becomes old
        | last         |
        | completed 31 |
        | last used 91 |

  Rule: A conversation that was left for weeks goes on as one

    @promise:CC-2.continues
    Scenario: The conversation goes on where it was left
      Given Netra has finished an analysis for Chen
      And 3 weeks have passed for Chen
      When Chen comes back
      And Netra finishes a second analysis in the same conversation of Chen
      Then the session of Chen is kept ready for 1 hour
      And the AI model hears the earlier words of the conversation of Chen, in order
      And the conversation of Chen holds both questions with their answers, in order
