@bvj:segment=all @bvj:goal=conversion @bvj:goal=engagement @bvj:value=prompt-response @bvj:impact=adoption
Feature: Starting and changing a conversation feels immediate
  So that nobody puts off what Netra can do for them,
  a conversation is started and changed without noticeable delay, and is safely kept by then.

  Rule: One after the other comes at once

    @promise:TL-8.start @promise:TL-8.safe @promise:PF-1.single
    Scenario: A conversation that is started is there in a moment
      When Ana starts 30 conversations, one after the other
      Then each new conversation is there for Ana within 100 milliseconds
      And everything that Ana started is kept once, for whoever started it

    @promise:PF-1.many @promise:TL-8.safe
    Scenario: Many conversations are started one after the other without delay, and are all kept
      When Ana starts 40 conversations, one after the other
      Then a new conversation is there for Ana within 50 milliseconds on average
      And everything that Ana started is kept once, for whoever started it

    @promise:TL-8.change @promise:TL-8.safe
    Scenario: A conversation that is changed again and again shows each change at once
      Given Ana has 1 conversation
      When Ana gives the conversation 40 names, one after the other
      Then a new name is there for Ana within 50 milliseconds on average
      And each new name holds for Ana as soon as it is confirmed

  Rule: Many at the same moment do not wait long

    @promise:PF-1.at_once @promise:TL-8.safe
    Scenario: Fifty conversations of five customers at once are soon there
      When Ana, Ben, Chen, Dora and Eve start 10 conversations each, all at the same moment
      Then all of these are there for Ana, Ben, Chen, Dora and Eve within 5 seconds
      And everything that Ana, Ben, Chen, Dora and Eve started is kept once, for whoever started it
