@bvj:segment=all @bvj:goal=retention @bvj:value=governed-records @bvj:impact=core-value
Feature: A customer puts conversations away and takes them out again
  So that the list shows what is in use and nothing that was said is lost,
  a conversation can be archived, read in the archive, and restored to what it was.

  Rule: What is archived is put away and not lost

    @promise:TL-2.visible @promise:TL-6.history
    Scenario: An archived conversation moves from the list to the archive and can be read
      Given Ana has 2 conversations
      And Ana has a conversation of 5 messages
      When Ana archives the conversation
      Then Ana finds the archived conversation in the archive and no longer in the list
      And Ana reads every message of the conversation, as it was confirmed

  Rule: What is restored is what it was

    @promise:TL-2.visible
    Scenario Outline: A restored conversation is in the phase that it had before
      Given Ana has <a phase> conversation
      When Ana <does> the conversation
      Then the conversation of Ana is <phase> for every server of Netra
      And Ana finds the restored conversation in the list and no longer in the archive

      Examples: phases before the archive
        | a phase     | does                                                 | phase     |
        | an active   | archives and restores                                | active    |
        | a paused    | archives and restores                                | paused    |
        | an active   | archives, restores, completes, archives and restores | completed |
