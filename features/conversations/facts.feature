@bvj:segment=all @bvj:goal=engagement @bvj:value=remembered-context @bvj:impact=core-value
Feature: What is learned about a conversation adds up
  So that advice gets more personal with each turn,
  a fact that is noted about a conversation takes nothing away from those noted before.

  Rule: A new fact stands beside the earlier ones

    @promise:TL-5.accumulates
    Scenario: Facts that are noted step by step are all there
      Given Ana has started a conversation with two facts
      When Ana notes ten facts in five steps
      Then every fact that Ana noted stands with the conversation

    @promise:TL-5.accumulates
    Scenario: A correction changes one fact and no other
      Given Ana has started a conversation with two facts and a first message
      And Ana has noted ten facts in five steps
      When Ana corrects one of the facts
      Then every fact that Ana noted stands with the conversation

  Rule: Whatever becomes of a conversation, its facts stay

    @promise:TL-5.accumulates @promise:TL-5.lasting
    Scenario: Facts stand through every change of a conversation
      Given Ana has started a conversation with two facts and a first message
      When Ana pauses, resumes, completes, archives and restores the conversation
      Then every fact that Ana noted stands with the conversation

  Rule: Facts that are noted at the same moment are all kept

    @promise:TL-5.at_once
    Scenario: No fact is lost when several are noted at once
      Given Ana has 1 conversation
      And Ana has noted ten facts in five steps
      When Ana notes 6 more facts at the same moment
      Then every fact that Ana noted stands with the conversation
