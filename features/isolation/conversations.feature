@bvj:segment=all @bvj:goal=trust @bvj:value=private-data @bvj:impact=enterprise-contracts
Feature: What a customer tells Netra stays with that customer
  So that customers can entrust their spending to Netra,
  nobody sees, changes or even learns of what is another's.

  Rule: Everyone sees exactly what is theirs

    @promise:P11.own @promise:TI-1.lists @promise:TI-1.counts
    Scenario: Each list shows its owner's conversations and no other
      Given Ana has 2 conversations
      And Ben has 2 conversations
      And Chen has 1 conversation
      When Ana, Ben and Chen look at the list of conversations
      Then Ana, Ben and Chen find exactly their own conversations

    @promise:P11.own
    Scenario: A conversation belongs to whoever starts it, whatever is claimed
      Given Ana is connected to Netra
      When Eve starts a conversation in the name of Ana
      And Ana and Eve look at the list of conversations
      Then Ana and Eve find exactly their own conversations

  Rule: What is another's does not exist

    @promise:P11.refused @promise:P11.no_trace @promise:TI-2.refused @promise:TI-2.own_access
    Scenario Outline: Another's conversation and analysis cannot be touched
      Given Netra has finished an analysis for Ana
      When Eve tries to <deed> of Ana
      Then Eve is refused as if it did not exist
      And nothing of Ana's has reached Eve
      And Ana still has everything as it was

      Examples: what can be tried
        | deed                     |
        | open the conversation    |
        | read the messages        |
        | write into the conversation |
        | rename the conversation  |
        | archive the conversation |
        | read the updates         |
        | list the analyses        |
        | open the last answer     |
        | open the result          |
        | retry the analysis       |
        | open the report          |
        | open the recommendations |
