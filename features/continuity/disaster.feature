@bvj:segment=all @bvj:goal=continuity @bvj:value=quick-recovery @bvj:impact=company-survival
Feature: Netra survives the loss of everything
  So that the worst day is not the last one,
  Netra comes back from its backups, soon and with everything that customers had.

  Rule: Netra itself notices a loss, and soon

    @promise:BC-2.noticed
    Scenario: Netra notices that its data are lost
      Given Ana and Ben keep writing to Netra
      When Netra's storage is lost with all its data
      Then Netra says within 2 minutes that it cannot serve

  Rule: Netra is back in time, by the written procedure

    @promise:BC-2.recovery @promise:BC-2.procedure @promise:BC-2.sessions
    Scenario: Customers find their conversations within minutes
      Given Netra's backups are kept
      And Netra has finished an analysis for Ana
      And a verified backup of Netra exists
      When everything of Netra is lost
      And Netra is rebuilt by its written procedure
      Then the written procedure was enough, step by step
      And Ana reads the conversation as it was, at most 5 minutes after the loss

    @promise:P14.loss_window @promise:BC-2.intact
    Scenario: Only work of the last seconds can be lost
      Given Netra's backups are kept
      When Ana and Ben write on while a backup is taken
      And everything of Netra is lost as soon as the messages are safe, or 30 seconds later
      And Netra is rebuilt by its written procedure
      Then the messages were safe within 30 seconds
      And at most the last 30 seconds of the work of Ana and Ben are missing

    @promise:BC-2.outer_bound @promise:P14.exact
    Scenario: Netra goes back to the moment before a damage
      Given Netra's backups are kept
      And Netra has finished an analysis for Ana
      And the conversation of Ana has been damaged by mistake
      When everything of Netra is lost
      And Netra is rebuilt as it was before the damage
      Then Ana reads the conversation as it was, at most 15 minutes after the loss
      And everything of Ana's is exactly as it was

    @promise:BC-2.intact @promise:TL-7.takeover
    Scenario: What was under way when everything was lost is finished
      Given Netra's backups are kept
      And Netra is part-way through an analysis for Ana
      When everything of Netra is lost as soon as the messages are safe, or 30 seconds later
      And Netra is rebuilt by its written procedure
      And Ana comes back
      And the AI model answers for Ana at last
      Then Ana sees the analysis completed within 10 seconds

  Rule: What comes back agrees with itself

    @promise:P14.exact @promise:BC-2.intact
    Scenario: What comes back is exactly what there was
      Given Netra's backups are kept
      And Netra has finished an analysis for Ana
      And a verified backup of Netra exists
      When everything of Netra is lost
      And Netra is rebuilt by its written procedure
      Then everything of Ana's is exactly as it was

    @promise:P14.rebuilt @promise:P14.no_orphans
    Scenario: What is kept in several places agrees again
      Given Netra's backups are kept
      And Netra has finished an analysis for Ana
      And a verified backup of Netra exists
      When everything of Netra is lost
      And Netra is rebuilt by its written procedure
      Then everything that is stored belongs to something that exists
      And Ana reads the figures of the answer wherever they are kept

    @promise:TI-4.erased
    Scenario: What was erased does not come back with a backup
      Given Netra's backups are kept
      And Ben has 2 conversations
      And Netra has finished an analysis for Ana
      And the conversation of Ana has been damaged by mistake
      When Ben has everything erased
      And Netra goes back to the moment before the damage
      Then nothing of Ben's has come back

    @promise:TI-4.erased @promise:TP-5.undo
    Scenario: A conversation that is gone for good does not come back with a backup
      Given Netra's backups are kept
      And Netra has deleted the conversation of Ana 31 days ago, as Nora has agreed
      And Netra has finished an analysis for Ben
      And the conversation of Ben has been damaged by mistake
      When Netra tidies up
      And Netra goes back to the moment before the damage
      Then nothing of the conversation of Ana is left
