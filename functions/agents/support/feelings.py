"""The words that show how a writer feels: weights from -3 to 3, and what turns or bends them.

English first; the commonest of German, French and Spanish. A `*` stands for any ending.
"""

from agents.support.words import word_set

FEELINGS: dict[float, str] = {
    3: "excellent | fantastic | amazing | awesome | brilliant | outstanding | wonderful | best"
    "| delighted | großartig | hervorragend | ausgezeichnet | génial | magnifique | excelente"
    "| estupendo | increíble | merveilleux | fantastisch | perfect | perfekt | parfait | perfecto"
    "| thrilled | superb | exceptional | life saver | lifesaver | made my day | not be happier"
    "| not thank you enough | five stars | genial | formidable | wunderbar | ❤ | 😍",
    2: "love | loved | loves | great | happy | impressed | kudos | enjoy* | glad | good | tolle | "
    "tolles | toll | zufrieden | super | schön | content | ravi | contento | encanta | feliz | "
    "bravo | helpful | pleased | happier | appreciate* | grateful | a pleasure | patient | kind | "
    "well done | my thanks | keep it up | thumbs up | weiter so | freundlich* | sympa | amable | "
    "reconnaissant* | agradecid* | dankbar | better | beautiful | fan of | like the | bueno | "
    "buena | bon | 👍 | 🎉 | 😀 | 😃 | 😄 | 😊 | gut",
    1: "thanks for | thank you | thankful | nice | fine | quick | quickly | smooth | solved | "
    "fast | faster | easy | easily | useful | works | vielen dank | muchas gracias | merci "
    "beaucoup | friendly | saves | recommend you | recommend it | reliable | thanks a lot | so "
    "much faster | lovely | :) | :-) | 🙂 | 🙏",
    -1: "problem | problems | issue | issues | slow | slowly | confus* | difficult | missing | "
    "late | delay* | not received | not arrived | never arrived | no ha llegado | waiting | stuck "
    "| wrong | nothing | nobody | unfortunately | problème | problema | leider | langsam | retard "
    "| lento | falsch | gone | hängt | stopped | locked out | complicated | lost | blocked | "
    "invalid | can not | unable to | impossible | no results | stutter* | freez* | froze | hangs | "
    "disappear* | unpaid | overdue | expected | worried | concern* | mistake* | incorrect | defekt "
    "| verspätet | warte | attends | esperando | harto | keiner | niemand | personne | nadie | "
    "tarde | ausgefallen | still waiting | too small | refused | expensive | not able | will not | "
    "unclear | declined | down",
    -2: "unfriendly | arrogant* | cheated | desagradable | descontent* | empeorad* | "
    "déplorable | beschwer* | unfreundlich* | useless | bad | badly | broken | fail | "
    "fails | failed | failure | crash* | annoy* | disappoint* | poor | unhappy | sad | "
    "regret | rude | angry | upset | frustrat* | useless | stolen | hacked | ignored | "
    "schlecht | kaputt | enttäuscht* | ärger* | wütend | traurig | mauvais | déçu* | "
    "mécontent | malo | mala | roto | enfadad* | decepcionad* | funktioniert nicht | "
    "geht nicht | marche pas | fonctionne pas | no funciona | not what i ordered | "
    "not as described | does not match | ne correspond pas | logged into my account | "
    "does not work | not working | stopped working | is down | nobody cares | "
    "niemand antwortet | downhill | abgestürzt | fehlermeldung* | waste | wasted | lawyer | "
    "does nothing | broke | damaged | crushed | worse | let down | a joke | never again | "
    "shame | ripped off | rip off | fed up | sick of | tired of | insult* | lied | "
    "misleading | unprofessional | mistreat* | on hold | corrupt* | goes white | "
    "not acceptable | enttäuschend | frechheit | zumutung | beschädigt | honte | en panne | "
    "cassé | vergüenza | estafa | arnaque | betrug | dañad* | rota | peor | pire | 👎 | 😞 | "
    "😢 | 😭 | ☹ | 🙁 | :( | :-(",
    -3: "disgrace* | appalling | stinksauer | schlechteste* | unverschämtheit | furieux | "
    "furieuse | indignad* | terrible | awful | horrible | worst | unacceptable | disgust* | "
    "outrag* | hate | hates | scam | fraud | ridiculous | furious | pathetic | abysmal | "
    "inakzeptabel | unverschämt | katastroph* | furchtbar | lamentable | inadmissible | "
    "scandaleux | pésimo | inaceptable | 😡 | 😠 | 🤬",
    # Wishes are not praise, and a polite phrase is not a feeling.
    0: "would be great | would be nice | would be good | would be helpful | would be useful | "
    "fast as | good morning | good afternoon | good evening | good day | happy to | wäre schön | "
    "wäre toll | wäre gut | serait bien | sería bueno | would love to | would like | as well | "
    "best regards | guten tag | guten morgen | buenos días | error page | easy way | fine print | "
    "best way",
}

NEGATIONS = word_set(
    "not no never without hardly barely nor neither nothing nicht kein keine keinen nie ohne pas "
    "jamais sans ne ni nunca sin jamás"
)
STRONGER = word_set(
    "very really extremely so absolutely totally completely incredibly utterly too sehr wirklich "
    "total absolut extrem très vraiment tellement muy realmente totalmente"
)
WEAKER = word_set(
    "slightly somewhat little bit kinda rather fairly etwas bisschen ziemlich peu assez poco"
)
CONTRASTS = word_set("but however although aber jedoch mais cependant pero")
