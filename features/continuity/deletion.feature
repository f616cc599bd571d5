@bvj:segment=enterprise @bvj:goal=compliance @bvj:value=governed-records @bvj:impact=regulatory
Feature: What is deleted as agreed can be undone for a while, and is then gone
  So that contracts and the law are kept and no mistake is final at once,
  Netra deletes only what may be deleted, and nothing for good before its time.

  Rule: Hold, backup and approval come before any deletion

    @promise:TP-5.checked @promise:TP-5.hold
    Scenario Outline: Nothing is deleted as long as something stands in the way
      Given the conversation of Ana is due for deletion, as Nora has agreed
      And Nora has prepared the deletion of the conversation of Ana, but <obstacle>
      When Netra tidies up
      Then the conversation of Ana is not deleted, because <obstacle>

      Examples: what can stand in the way
        | obstacle                                 |
        | a legal hold lies on it                  |
        | no backup holds it                       |
        | nobody has verified the backup           |
        | the backup has been altered              |
        | the backup is older than its archiving   |
        | nobody has approved it                   |
        | the approval is older than the agreement |

    @promise:TP-5.checked @promise:TP-5.hold
    Scenario: A hold that comes while Netra tidies up still counts
      Given Ana has conversations archived 366 and 367 days ago, as Nora has agreed
      And Nora has prepared the deletion of the conversation of Ana
      When Netra tidies up, and Nora puts a legal hold on the conversation of Ana before its turn comes
      Then the conversation of Ana is not deleted, because a legal hold lies on it

    @promise:TP-5.agreed
    Scenario: What was agreed is deleted, and nothing else
      Given Ana has archived a conversation that was begun 1000 days ago
      And Ana has conversations archived 364, 365 and 366 days ago, as Nora has agreed
      And Ben has 1 conversation
      And Nora has prepared the deletion of the conversation of Ana
      When Netra tidies up
      Then the conversation of Ana is deleted, and no other
      And nothing of Ben's has changed

    @promise:TP-5.agreed
    Scenario: What is left when a deletion is killed half-way is deleted by the next tidying up
      Given Ana has conversations archived 366, 367 and 368 days ago, as Nora has agreed
      And Nora has prepared the deletion of the conversation of Ana
      And Netra's tidying up was killed half-way through the deletions of Ana
      When Netra tidies up
      Then every conversation of Ana that was due is deleted once, and no other

  Rule: A deletion can be undone for 30 days

    @promise:TP-5.undo
    Scenario: On the last day a deletion is undone as if it had never been
      Given Netra has deleted the conversation of Ana 30 days ago, as Nora has agreed
      When Netra tidies up
      And Ana undoes the deletion
      And Netra tidies up
      Then everything of Ana's is exactly as it was

    @promise:TP-5.undo @promise:CC-3.latest
    Scenario: What was told since a deletion counts more than what comes back
      Given Netra has deleted the conversation of Ana 30 days ago, as Nora has agreed
      And Ana has told Netra "Our priority is scalability." in the conversation about growth
      When Ana undoes the deletion
      Then Ana is shown the priority "scalability", told in the conversation about growth

    @promise:TP-5.undo @promise:P11.refused @promise:P11.audit
    Scenario: Nobody but its customer undoes a deletion
      Given Netra has deleted the conversation of Ana 30 days ago, as Nora has agreed
      When Eve tries to undo the deletion of the conversation of Ana
      Then Eve is refused as if it did not exist
      And the conversation of Ana is deleted, and no other
      And Olga, the auditor of Acme, finds exactly this attempt

    @promise:TP-5.undo
    Scenario: The day after, it is too late
      Given Netra has deleted the conversation of Ana 31 days ago, as Nora has agreed
      When Ana undoes the deletion
      Then the conversation of Ana stays deleted

    @promise:TP-5.undo @promise:TI-4.erased
    Scenario: What is gone for good is not restored either
      Given Netra's backups are kept
      And Netra has deleted the conversation of Ana 31 days ago, as Nora has agreed
      When Netra tidies up
      And Nora restores the conversation of Ana as it was when the backup was taken
      Then nothing of the conversation of Ana is left

    @promise:TP-5.undo
    Scenario: What can no longer be undone is gone for good
      Given Netra has deleted the conversation of Ana 31 days ago, as Nora has agreed
      When Netra tidies up
      Then nothing of the conversation of Ana is left
