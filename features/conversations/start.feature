@bvj:segment=all @bvj:goal=trust @bvj:value=private-data @bvj:impact=enterprise-contracts
Feature: A new conversation belongs to whoever starts it
  So that nothing that a customer says ever reaches another one,
  a conversation is its owner's from the first moment, whatever anybody claims.

  Rule: Nobody can start for another, or give away

    @promise:TL-1.own @promise:TL-1.claimed @promise:P11.own
    Scenario: A conversation belongs to whoever starts it, whatever is claimed
      Given Ana has 1 conversation
      When Eve starts a conversation in the name of Ana
      And Ana and Eve look at the list of conversations
      Then Ana and Eve find exactly their own conversations

    @promise:TL-1.claimed
    Scenario: A note cannot change whose a conversation is or where it stands
      Given Ana has 1 conversation
      And Eve has 1 conversation
      When Eve notes that the conversation is completed, was archived long ago and belongs to Ana
      And Ana and Eve look at the list of conversations
      Then Ana and Eve find exactly their own conversations
      And the conversation of Eve is active for every server of Netra

  Rule: Nobody else can open it

    @promise:TL-1.refused
    Scenario: Another customer who tries to open it is refused
      Given Netra has finished an analysis for Ana
      When Eve tries to open the conversation of Ana
      Then Eve is refused as if it did not exist
      And nothing of Ana's has reached Eve
