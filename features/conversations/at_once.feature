@bvj:segment=all @bvj:goal=scalability @bvj:value=reliable-conversations @bvj:impact=core-value
Feature: What happens at the same moment happens once, and to the right customer
  So that customers can rely on Netra when business is best,
  whatever several of them do at once, or arrives twice, is done once and for whoever asked.

  Rule: Conversations that are started at once do not collide

    @promise:TL-4.none_lost @promise:TL-4.right_owner @promise:TL-1.own
    Scenario: Each of many conversations started at once exists once, at its owner
      When Ana, Ben and Chen start 5 conversations each, all at the same moment
      And Ana, Ben and Chen look at the list of conversations
      Then everything that Ana, Ben and Chen started is kept once, for whoever started it
      And Ana, Ben and Chen find exactly their own conversations

  Rule: A request bears a mark, and counts once although it arrives twice

    @promise:TL-4.no_double
    Scenario Outline: A request that arrives twice is done once
      When Ana <does something> and the same request arrives <again>
      Then Ana gets the same answer both times
      And what Ana asked for is there once

      Examples: what arrives twice, and when
        | does something        | again                                |
        | starts a conversation | once more                            |
        | starts a conversation | at the same instant                  |
        | writes a message      | after the conversation was completed |
        | writes a message      | at the same instant                  |
        | starts a conversation | almost 24 hours later                |

    @promise:TL-4.no_double
    Scenario: Another request under a mark that is taken is refused
      When Ana uses marks again for another title, first message, conversation, message and reply
      Then each other request of Ana is refused, and nothing of it is done

    @promise:TL-4.no_double @promise:TL-4.right_owner
    Scenario: The mark of one customer means nothing for another one
      When Ana and Ben each start a conversation under the same mark
      And Ana and Ben look at the list of conversations
      Then Ana and Ben find exactly their own conversations
