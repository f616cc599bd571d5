@bvj:segment=all @bvj:goal=trust @bvj:value=private-data @bvj:impact=enterprise-contracts
Feature: What a customer tells Netra stays with that customer
  So that customers can entrust their spending to Netra,
  nobody sees, changes or even learns of what is another's.

  Rule: Everyone sees exactly what is theirs

    @promise:P11.own @promise:TI-1.lists @promise:TI-1.counts
    Scenario: Each list shows its owner's conversations and no other
      Given Ana has 2 conversations
      And Ben has 2 conversations
      And Chen has 1 conversation
      When Ana, Ben and Chen look at the list of conversations
      Then Ana, Ben and Chen find exactly their own conversations

    @promise:P11.own @promise:P11.no_trace
    Scenario: A list that is asked for in another's name is one's own
      Given Eve has 1 conversation
      And Ana has 2 conversations
      When Eve asks for the list of conversations in the name of Ana
      Then Eve finds exactly the own conversations

    @promise:TI-2.refused @promise:TI-2.own_access @promise:P11.own
    Scenario: A profile that is opened and changed in another's name is one's own
      Given Netra has finished an analysis for Ana
      When Eve opens and changes the profile in the name of Ana
      Then Eve has seen and changed exactly the own profile
      And Ana still has everything as it was

    @promise:P11.refused @promise:P11.no_trace
    Scenario: Nobody gets from a name of one's own to one of another's by counting
      Given Netra has finished an analysis for each of Ana, Ben and Eve
      Then no name that Netra gave to what Ana, Ben and Eve have leads to another one

    @promise:TI-1.counts @promise:P11.own
    Scenario: Numbers count what is one's own alone
      Given Ana has 2 conversations
      And Ben has 1 conversation
      When Ana and Ben look at the list of conversations
      Then every number that Ana and Ben are told counts their own alone

    @promise:TI-1.searched @promise:P11.no_trace
    Scenario: A search finds one's own and no other, also by another's words
      Given Ana has 2 conversations
      And Eve has 1 conversation
      When Eve looks everywhere for the words of Ana
      Then Eve finds nothing of Ana's by any search

    @promise:TI-1.searched @promise:TI-4.colleagues
    Scenario: A colleague finds nothing of it by any search either
      Given Ana has 2 conversations
      And Paul is connected to Netra
      When Paul looks everywhere for the words of Ana
      Then Paul finds nothing of Ana's by any search

    @promise:P11.told
    Scenario: The AI model is told of one customer at a time
      Given Netra has finished an analysis for Ana
      And Netra has finished an analysis for Ben
      When Netra finishes a second analysis in the same conversation of Ben
      Then what the AI model was told for Ben holds nothing of anybody else

  Rule: What is another's does not exist

    @promise:P11.refused @promise:P11.no_trace @promise:TI-2.refused @promise:TI-2.own_access
    Scenario Outline: Another's conversation and analysis cannot be touched
      Given Netra has finished an analysis for Ana
      When Eve tries to <deed> of Ana
      Then Eve is refused as if it did not exist
      And nothing of Ana's has reached Eve
      And Ana still has everything as it was

      Examples: what can be tried
        | deed                                            |
        | open the conversation                           |
        | read the messages                               |
        | write into the conversation                     |
        | write in the owner's name into the conversation |
        | rename the conversation                         |
        | rename in the owner's name the conversation     |
        | archive the conversation                        |
        | pause the conversation                          |
        | resume the conversation                         |
        | complete the conversation                       |
        | restore the conversation                        |
        | undo the deletion of the conversation           |
        | read the updates                                |
        | list the analyses                               |
        | open the last answer                            |
        | open the result                                 |
        | retry the analysis                              |
        | open the report                                 |
        | open the recommendations                        |

    @promise:P11.refused @promise:TI-2.refused
    Scenario: Whoever pretends to be the owner is still who the pass says
      Given Netra has finished an analysis for Ana
      And Eve pretends to be Ana
      And Eve is connected to Netra
      When Eve tries everything on what belongs to Ana
      Then Eve is refused as if it did not exist

    @promise:P11.refused
    Scenario Outline: A refusal costs Netra the same work, whether there is something or not
      Given Netra has finished an analysis for Ana
      When Eve reaches for the <thing> of Ana and for one that does not exist, again and again
      Then Eve cannot tell the two apart by the work that Netra had

      Examples: what can be reached for
        | thing        |
        | conversation |
        | result       |
        | report       |

    @promise:TI-4.blocked @promise:TI-4.own
    Scenario Outline: Three companies reach for everything of each other, 24 times in vain
      Given <customers> have 4 conversations each, with 3 messages each
      When <customers> each reach for every conversation of the others
      And <customers> look at the list of conversations
      Then all 24 attempts of <customers> are refused as if nothing existed
      And <customers> find exactly their own conversations

      Examples: companies of three segments, and three of one segment under different rules: SOX, HIPAA and GDPR
        | customers            |
        | Ana, Ben and Chen    |
        | Ana, Hanna and Greta |

    @promise:P11.refused @promise:P11.no_trace
    Scenario Outline: No way of writing a name opens what is another's
      Given Netra has finished an analysis for Ana
      And Ana has told Netra "Our priority is scalability."
      When Eve asks for everything of Ana under its name <written>
      Then Eve is refused as if it did not exist
      And nothing of Ana's has reached Eve

      Examples: ways in which a name can be written
        | written                        |
        | in capitals                    |
        | with blanks around it          |
        | with a quotation mark          |
        | with a condition that is true  |
        | with a colon                   |
        | with a percent sign            |
        | with steps up and down         |
        | with nothing in the middle     |
        | in letters of another script   |
        | ten thousand letters long      |
        | together with one of Eve's own |
