@bvj:segment=all @bvj:goal=scalability @bvj:value=steady-growth @bvj:impact=growth-capacity
Feature: More work than connections is still served
  So that nobody is turned away at the height of business,
  more can be asked of Netra at once than it has connections to its storage.

  Rule: Whoever has to wait does not wait long

    @promise:SC-4.all_answered @promise:SC-4.bounded @promise:SC-4.no_more
    Scenario: More than twice as much as there are connections is saved without a refusal
      Given each server of Netra has 3 connections to its storage
      When Ana, Ben, Chen, Dora and Eve save 4 conversations of 2 messages each, all at the same moment
      Then everything that Ana, Ben, Chen, Dora and Eve saved is there once, whole, with whoever saved it
      And what is saved at once is there within 500 milliseconds on average
      And what is saved at once is always there within 2 seconds
      And no server of Netra has more connections to its storage than that

  Rule: Whoever gives up holds nobody back

    @promise:SC-4.none_leaked @promise:SC-4.bounded
    Scenario: Requests that were given up leave every connection free
      Given each server of Netra has 3 connections to its storage
      And Ana has 1 conversation
      When Ana gives up 12 requests that keep 3 connections of every server busy
      Then each of 12 further requests of Ana is answered within 2 seconds
