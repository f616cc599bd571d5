@bvj:segment=all @bvj:goal=trust @bvj:value=lasting-history @bvj:impact=enterprise-contracts
Feature: A backup can be relied on before it is needed
  So that one operating error is never final,
  backups are whole and secret, and a damaged conversation comes back from them.

  Rule: Whoever lacks permission learns nothing

    @promise:TP-4.secret
    Scenario: A backup tells nothing to whoever finds it
      Given Netra has finished an analysis for Ana
      And Netra's backups are kept
      When Netra takes a backup
      Then nothing of Ana's can be read in the backup

  Rule: A damaged backup is noticed before it is needed

    @promise:TP-4.complete @promise:TP-4.secret
    Scenario Outline: A backup is read to its last byte before it counts
      Given Ana has 1 conversation
      And a verified backup of Netra exists
      And the backup <damage>
      When Netra looks whether the backup is whole
      Then the backup is not accepted, because it <damage>

      Examples: what can have happened to it
        | damage                   |
        | is missing               |
        | is cut short             |
        | has been altered         |
        | belongs to another Netra |

    @promise:TP-4.complete
    Scenario: Beside the newest backup the older ones are read, too
      Given Ana has 1 conversation
      And a verified backup of Netra exists
      And the backup has been altered
      When Netra takes another backup, and looks whether all of them are whole
      Then the backup is not accepted, because it has been altered

    @promise:TP-4.complete
    Scenario: What follows a backup is read to its last byte, too
      Given Netra's backups are kept
      And Ana has 1 conversation
      When Netra looks at copies of the backup in each of which the log is damaged in another way
      Then none of the damaged copies is accepted

    @promise:TP-4.complete
    Scenario: What could not be taken whole is no backup
      Given Ana has 1 conversation
      And a verified backup of Netra exists
      And a part of Netra's storage cannot be read
      When Netra tries to take a backup
      Then what could not be taken whole is no backup, and the one from before is whole

    @promise:P14.loss_window
    Scenario: The log is kept again by itself after storage has failed
      Given Netra's backups are kept
      And Ana and Ben keep writing to Netra
      When Netra's storage crashes
      And the failure is over after 1 second
      Then the messages were safe within 30 seconds

  Rule: A damaged conversation comes back without harm to anybody else

    @promise:TP-4.complete @promise:TP-4.quick @promise:TP-4.others
    Scenario: One conversation is restored while everybody works on
      Given Netra's backups are kept
      And Netra has finished an analysis for Ana
      And the conversation of Ana has been damaged by mistake
      And Netra has finished an analysis for Ben
      When Nora restores the conversation of Ana
      Then the conversation of Ana is exactly as it was, after at most 2 minutes
      And nothing of Ben's has changed

    @promise:TP-4.complete @promise:TP-4.quick @promise:TP-4.secret
    Scenario: A conversation comes back although newer backups hold it no more
      Given Netra's backups are kept
      And Netra has finished an analysis for Ana
      And the conversation of Ana has been removed by mistake
      And a verified backup of Netra exists
      When Nora restores the conversation of Ana
      Then the conversation of Ana is exactly as it was, after at most 2 minutes
      And no copy of what the backup holds is left outside it

    @promise:TP-4.complete @promise:CC-3.latest
    Scenario: What was told since the damage counts more than what comes back
      Given Netra's backups are kept
      And Ana has told Netra "Our priority is cost reduction."
      And the conversation of Ana has been removed by mistake
      And Ana has told Netra "Our priority is scalability." in the conversation about growth
      When Nora restores the conversation of Ana
      And Ana asks Netra in a new conversation
      Then the AI model knows that Ana's priority is "scalability"

    @promise:TP-4.complete @promise:TP-4.others @promise:P14.rebuilt
    Scenario: A restore costs its customer nothing that was written since
      Given Netra's backups are kept
      And Netra has finished an analysis for Ana
      And the conversation of Ana has been damaged by mistake, and Ana has gone on with it since
      When Nora restores the conversation of Ana
      And Ana opens the session, the answer and the recommendations
      Then Ana reads the answer and the recommendations as they were shown
      And what Ana has written since follows what there was before the damage
