@bvj:segment=all @bvj:goal=engagement @bvj:value=lasting-history @bvj:impact=core-value
Feature: Customers find again what was said
  So that work that was done once is used again,
  a search finds all of the customer's own titles and messages that hold the words, and nothing else.

  Rule: A search finds the customer's own, all of it

    @promise:TI-1.search @promise:SC-2.search
    Scenario: Two customers who spoke of the same thing find each their own
      Given Ana has a conversation that speaks of Kubernetes
      And Ben has a conversation that speaks of Kubernetes
      And Ana has a conversation that speaks of invoices
      When Ana searches for Kubernetes
      And Ben searches for Kubernetes
      Then Ana finds every title and message of Ana's with these words, and no other
      And Ben finds every title and message of Ben's with these words, and no other

    @promise:SC-2.search @promise:TL-6.history
    Scenario: What was put into the archive is found too
      Given Ana has a conversation that speaks of idle disks
      And the conversation of Ana was last used 91 days ago
      And Netra has tidied up
      And Ana has a conversation that speaks of idle disks
      When Ana archives the conversation
      And Ana searches for idle disks
      Then Ana finds every title and message of Ana's with these words, and no other

    @promise:SC-2.search
    Scenario: What the assistant said is found too, after the conversation was completed
      Given Netra has finished an analysis for Ana
      When Ana completes the conversation
      And Ana searches with the first words of the answer
      Then Ana finds every title and message of Ana's with these words, and no other

    @promise:SC-2.search
    Scenario: What was renamed is found by its new title only, while the conversation is paused too
      Given Ana has a conversation that speaks of idle disks
      And Ana has a conversation that speaks of invoices
      When Ana exchanges the titles of the two conversations
      And Ana pauses the conversation
      And Ana searches for idle disks
      Then Ana finds every title and message of Ana's with these words, and no other

    @promise:SC-2.search
    Scenario: A search that finds much is read in parts, with the right total
      Given Ana has a conversation of 120 messages
      When Ana searches, 50 finds at a time, for message
      Then Ana finds every title and message of Ana's with these words, and no other

  Rule: A list that is long is read in parts, and is whole

    @promise:TI-1.lists
    Scenario: A long list is read in parts without gap or repeat while others start conversations
      Given Ana has 8 conversations
      When Ana reads the list in parts of 3 while Ben starts conversations
      Then Ana has read every own conversation once, newest first

  Rule: Words are found in every script, and mean nothing but themselves

    @promise:SC-2.search
    Scenario Outline: Words are found however they are written
      Given Ana has a conversation that speaks of <written>
      And Ana has a conversation that speaks of 1000 other things than the bill
      When Ana searches for <sought>
      Then Ana finds every title and message of Ana's with these words, and no other

      Examples: words and how they are sought
        | written              | sought         |
        | Große Straße         | GROSSE STRASSE |
        | экономия на облаках  | ЭКОНОМИЯ       |
        | ΕΞΟΙΚΟΝΌΜΗΣΗ         | εξοικονόμηση   |
        | 节省ＡＷＳ云成本     | aws云成本      |
        | توفير التكاليف       | التكاليف       |
        | İstanbul'da tasarruf | tasarruf       |
        | 100% of the_bill     | 100%           |
        | 100% of the_bill     | the_bill       |
        | it's "quoted" &c.    | it's "quoted"  |
