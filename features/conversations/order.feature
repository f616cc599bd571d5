@bvj:segment=all @bvj:goal=trust @bvj:value=lasting-history @bvj:impact=core-value
Feature: What was said stands where and in the order in which it was said
  So that nobody has to doubt what was said and decided,
  a conversation keeps its own messages in the order in which Netra confirmed them.

  Rule: The order is the one in which Netra confirmed the messages

    @promise:P12.order @promise:TL-3.order
    Scenario: Messages that follow each other within a second keep their order
      Given Ana has a conversation of 2 messages
      When Ana writes 20 messages in quick succession
      Then Ana reads the messages in the order of confirmation through every server of Netra

    @promise:P12.two_connections
    Scenario: Messages through two connections have one order for everyone who reads
      Given Ana has a conversation of 2 messages
      When Ana writes 10 messages through each of two connections at once
      Then Ana reads the messages in the order of confirmation through every server of Netra

    @promise:P12.order @promise:P12.two_connections @promise:P01.order
    Scenario: The order is the same after a crash, however fast and through however many connections it came about
      Given Ana has a conversation of 2 messages
      When Ana writes 20 messages in quick succession
      And Ana writes 10 messages through each of two connections at once
      And Netra crashes and loses whatever was kept ready
      And Netra is started again
      Then Ana reads the messages in the order of confirmation through every server of Netra

  Rule: Part by part, nothing is missing and nothing is shown twice

    @promise:P12.pages
    Scenario: A conversation that grows is read in parts without gap or repeat
      Given Ana has a conversation of 14 messages
      When Ana reads the conversation in parts of 6 while it grows
      Then Ana has read every message once, in order, and knows how many there are

  Rule: An answer stays with what it answers

    @promise:P12.replies
    Scenario: Each of two answers stays with its own question
      Given Netra is part-way through an analysis for Ana
      When Ana asks Netra where Acme can cut its cloud costs
      And the AI model answers for Ana again
      Then each answer to Ana stays with its own question

    @promise:P12.replies
    Scenario: A reply stays with the message that it answers
      Given Netra has finished an analysis for Ana
      When Ana replies to the question and to the answer
      And Ana writes 8 messages in quick succession
      Then each reply of Ana stays with the message that it answers

    @promise:P12.replies
    Scenario Outline: A reply to what is not in the conversation is refused
      Given Ana has a conversation of 2 messages
      And Ana has a conversation of 3 messages
      When Ana replies in the conversation to <what>
      Then the reply of Ana is refused, and the conversation is as it was

      Examples: what is not in the conversation
        | what                              |
        | a message of another conversation |
        | a message that does not exist     |

  Rule: A message stays in the conversation to which it was said

    @promise:TL-3.own_messages @promise:TL-3.order
    Scenario: Two conversations that are written by turns keep their own messages
      Given Ana has 2 conversations
      When Ana writes 5 messages into each conversation, by turns
      Then each conversation of Ana holds exactly its own messages, in order

    @promise:TL-3.unknown
    Scenario: A message to a conversation that does not exist is refused
      Given Ana has a conversation of 2 messages
      When Ana writes into a conversation that does not exist
      Then the message of Ana is refused, and nothing of it is kept

    @promise:TL-3.foreign
    Scenario: A message to another customer's conversation leaves no trace in it
      Given Netra has finished an analysis for Ana
      When Eve tries to write into the conversation of Ana
      Then Eve is refused as if it did not exist
      And Ana still has everything as it was
