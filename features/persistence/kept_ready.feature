@bvj:segment=all @bvj:goal=engagement @bvj:value=prompt-response @bvj:impact=adoption
Feature: What is needed again soon is close at hand
  So that customers come back to what they were working on without waiting for it,
  Netra keeps sessions and results ready, and gives the right answer even when it cannot.

  Rule: Sessions and results are kept ready for their promised times

    @promise:P02.lifetime
    Scenario: The session of a customer is kept ready for an hour
      Given Ana is connected to Netra
      Then the session of Ana is kept ready for 1 hour

    @promise:P02.lifetime @promise:P02.session
    Scenario: The session of a customer who goes on is kept ready for an hour more
      Given Netra has finished an analysis for Ana
      And the session of Ana is nearly over
      When Ana opens the session, the answer and the recommendations
      Then the session of Ana is kept ready for 1 hour

    @promise:P02.lifetime @promise:P04.ready
    Scenario: The answer is kept ready for half an hour, its recommendations for a day
      Given Netra has finished an analysis for Ana
      Then the answer to Ana is kept ready for 30 minutes
      And the recommendations to Ana are kept ready for 24 hours

  Rule: What is kept ready comes back unchanged and troubles nobody

    @promise:P02.session @promise:P02.result
    Scenario: Session, answer and recommendations can be read while storage is away
      Given Netra has finished an analysis for Ana
      When Netra's storage cannot be reached
      And Ana opens the session, the answer and the recommendations
      Then Ana reads the session as it is kept
      And Ana reads the answer and the recommendations as they were shown

    @promise:P02.session @promise:P02.result
    Scenario: What is opened again comes from what is kept ready
      Given Netra has finished an analysis for Ana
      And Ana has opened the session, the answer and the recommendations
      And nobody has asked for 2 seconds for what is kept ready for Ana
      When Ana opens the session, the answer and the recommendations
      Then each of them was read from what is kept ready for Ana

    @promise:P02.result @promise:PF-3.spared
    Scenario: Reading the answer again hardly ever troubles storage
      Given Netra has finished an analysis for Ana
      When Ana opens the answer 50 times
      Then more than 80 percent of the answers to Ana sent nothing to Netra's storage

    @promise:P02.session
    Scenario: A session knows that its customer was away and came back
      Given Ana is connected to Netra
      When Ana's connection breaks without warning
      And Netra has noticed that Ana is away
      And Ana comes back
      Then the session of Ana tells of one return, and when the connection was lost

    @promise:P02.session
    Scenario: Whoever reconnects continues the same session at the same step
      Given Netra is part-way through an analysis for Ana
      When Ana's connection breaks without warning
      And Netra has noticed that Ana is away
      And Ana comes back
      Then Ana continues the same session, at the same step of the analysis

  Rule: Customers do not notice when nothing is kept ready

    @promise:P02.fallback
    Scenario: The right answer comes although nothing that was kept ready can be reached
      Given Netra has finished an analysis for Ana
      When Netra's quick store cannot be reached
      And Ana opens the session, the answer and the recommendations
      Then Ana reads the answer and the recommendations as they were shown

    @promise:P02.fallback @promise:P02.lifetime @promise:P04.ready
    Scenario: The right answer comes, and is kept ready anew, when what was kept ready is lost
      Given Netra has finished an analysis for Ana
      When everything that is kept ready for Ana is gone
      And Ana opens the session, the answer and the recommendations
      Then Ana reads the answer and the recommendations as they were shown
      And the answer to Ana is kept ready for 30 minutes
      And the recommendations to Ana are kept ready for 24 hours
