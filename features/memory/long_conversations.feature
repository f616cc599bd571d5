@bvj:segment=enterprise @bvj:goal=scalability @bvj:value=remembered-context @bvj:impact=operating-cost
Feature: Long conversations stay manageable
  So that the customers with the longest history get answers as good and as quick as all others,
  what the AI model hears stays bounded, essential facts stay known, and nothing becomes unreadable.

  Rule: What the AI model hears stays bounded, and essential facts stay known

    @promise:CC-6.bounded @promise:CC-6.essentials @promise:CC-6.history
    Scenario: After a hundred messages more the AI model hears little more, and still the facts of the beginning
      Given Ana has told Netra "Our budget is $25,000 a month."
      And the conversation of Ana has grown by 10 messages and an answer
      When the conversation of Ana grows by 100 messages
      And Ana asks Netra in the same conversation
      Then the AI model hears less than 3 times as much for Ana as before
      And the AI model knows that Ana's budget is "$25,000 a month"
      And the AI model hears at least the latest 20 messages of Ana, in order

    @promise:CC-6.bounded @promise:CC-6.essentials
    Scenario: Long messages and many details do not push out an essential fact
      Given Ana has told Netra "Our budget is $25,000 a month."
      And the conversation of Ana has grown by 20 long messages
      And Ana has entered 100 details
      When Ana asks Netra in the same conversation
      Then the AI model hears at most 64000 characters for Ana
      And the AI model knows that Ana's budget is "$25,000 a month"

  Rule: The whole conversation stays readable, and costs Netra no memory of its own

    @promise:CC-6.history @promise:CC-6.memory
    Scenario: Two hundred long messages can all be read and leave Netra no larger
      Given the conversation of Ana has grown by 20 long messages and an answer
      When the conversation of Ana grows by 200 long messages
      And Ana asks Netra in the same conversation
      Then Ana reads the whole conversation, in order
      And each server of Netra has grown by at most 16 MB for Ana
