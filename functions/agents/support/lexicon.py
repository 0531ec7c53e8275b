"""The words that a message's category goes by.

English first; the commonest of German, French and Spanish. A `*` stands for any ending. Weights: 3
names the subject, 2 belongs to it, 1 hints at it.
"""

from agents.support.models import Category

_FAILS = ("will not", "does not", "do not", "can not", "is not", "are not", "not", "fails to")
_TASKS = (
    "open load start save sync connect send play print upload download export import install show "
    "respond display update refresh render run working loading saving syncing responding connecting"
)


def _failing() -> str:
    """`will not open`, `does not load` and their like."""
    return " | ".join(f"{fails} {task}" for fails in _FAILS for task in _TASKS.split())


CATEGORY_TERMS: dict[Category, dict[float, str]] = {
    "refund": {
        3: "refund* | money back | reimburs* | chargeback | reverse the payment | return the money"
        "| geld zurück | rückerstatt* | erstattung* | rembours* | reembols* | devolución del dinero"
        "| return label | return policy | store credit | money returned",
        2: "return an item | return the item | return it | return my order | return this | return "
        "them | send it back | send them back | send this back | sent it back | sent back | give "
        "it back | want to return | how do i return | returning | returned | zurückgeben | "
        "zurücksenden | rückgabe | widerruf* | rücksendung | umtausch* | retourner | devolver | "
        "devolución | renvoyer | exchange it | swap it | cooling off | withdraw from | échanger",
        1: "not what i ordered | does not fit | wrong item | wrong size | trial | too small | too "
        "big | too large | exchange | return | compensat*",
    },
    "billing": {
        3: "invoice* | billing | charged twice | double charge* | overcharg* | vat | credit card | "
        "payment method | card was declined | charge on my | still billed | was billed | "
        "rechnung* | facture* | factura* | facturation | prélevé* | prélèvement* | cobrado | cobro "
        "| abgebucht | direct debit | lastschrift | billed | receipts | debit* | tax id | numéro "
        "de tva | tva | iva | credit note | price increase | sepa | iban | paypal | bank transfer "
        "| mahnung* | umsatzsteuer | mehrwertsteuer | quittung | payment failed | tax number",
        2: "charged | charge | bill | bills | payment* | paid | pay | receipt | tax | taxes | card"
        "| renewal | renew* | price change | betrag | zahlung* | bezahl* | paiement* | payé | payer"
        "| pago | pagar | impuesto* | accountant | accounting | bookkeep* | wrong amount | overdue"
        "| auto renew | prorat* | buchhaltung | comptab* | contabilidad | recibo | tarjeta | carte"
        "| kreditkarte | konto belastet | instalment* | installment* | billing address",
        1: "subscription | price | statement | amount | bank | abo | abonnement | suscripción | fee"
        "| fees | per month | agreed | expired | currency | steuer | monthly | importe | montant",
    },
    "account": {
        3: "password* | log in | login | sign in | locked out | my account | two factor | 2fa"
        "| passwort | kennwort | mot de passe | contraseña | mein konto | mon compte | votre compte"
        "| mi cuenta | log into | logged into | delete my data | ownership | username | credentials"
        "| logged out | sign up | authenticator | my profile | api key* | close our account"
        "| deactivate* | reactivate* | benutzername | mein profil | mon profil | mi perfil",
        2: "account | accounts | profile | workspace | reset email | verification code | email "
        "address | konto | compte | cuenta | permission* | einloggen | anmelden | se connecter | "
        "iniciar sesión | second user | add a user | invit* | my user | rename | owner | blocked | "
        "suspended | access rights | confirmation mail | confirmation email | register* | registr* "
        "| my name | phone number | anmeldung | inscri* | connexion | zugangsdaten | gesperrt | e "
        "mail adresse | adresse e mail | remove a user | security code",
        1: "user | users | role | roles | admin | member | members | transfer | zugang | benutzer"
        "| organization | organisation | setting | settings | access | team members | utilisateur"
        "| colleague | usuario | einstellung* | paramètres | ajustes | verify | verification",
    },
    "technical": {
        3: "crash* | error | errors | bug | bugs | site is down | production is down | outage | "
        "broken | stopped working | timeout* | fehlermeldung* | funktioniert nicht | geht nicht | "
        "absturz | abgestürzt | ne fonctionne pas | ne marche pas | erreur* | no funciona | fallo "
        "| bloqué | is down | down for | error message | freez* | froze | ausgefallen | stutter* | "
        "unresponsive | no results | goes white | goes blank | goes black | 404 | 500 | 502 | 503 "
        "| en panne | malfunction* | not responding | fails | lädt nicht | not showing up | hangs "
        "| lags | laggy",
        2: "does nothing | same problem | loading | blank page | blank screen | en blanco | stuck "
        "on | slow | api | webhook* | fehler | hängt | stürzt | bogue | plante | page blanche | "
        "glitch* | stopped | search | failed | disappear* | corrupt* | sdk | endpoint | plugin | "
        "dns | ssl | certificate | install* | connect* | sync* | notification* | black screen | "
        "white screen | kaputt | defekt | falla | lento | lente | langsam | empty | keeps | "
        "suddenly | since the | since this morning | no longer | video player | log file | stack "
        "trace | " + _failing(),
        1: "app | browser | chrome | firefox | safari | android | iphone | update | export | "
        "import | csv | upload | download | page | button | report | images | integration | "
        "missing | synchronisierung | aplicación | actualización | screen | server | video | "
        "player | device | laptop | windows | mac | ios | domain | code | script | file | files | "
        "editor | seite | website | site | link | links | printer | wifi | bluetooth | camera | "
        "keyboard | version",
    },
    "shipping": {
        3: "parcel* | package | shipping | shipment* | delivery | delivered | tracking | courier | "
        "customs | paket* | lieferung | geliefert | sendung* | versand | colis | livraison | "
        "livré* | envío | paquete | entrega | do you ship | ship to | pickup point | pick up "
        "point | where is my order | dispatch* | in transit | expédi* | zustell* | livreur | "
        "repartidor | dhl | ups | fedex | dpd | usps | gls | hermes | post office | parcel shop | "
        "delivery date",
        2: "my order | has not arrived | not arrived | never arrived | deliver* | shipped | ship"
        "| carrier | address of order | lieferadresse | zoll | commande | mi pedido | ha llegado"
        "| doorstep | at my door | bestellung | carton | crushed | items were missing | postage"
        "| express | sent to | wrong address | liefern | abhol* | correos | enviar | retraso"
        "| damaged in | arrived damaged | lost in | sent to my | to my home | mailbox",
        1: "order | ordered | arrive* | address | box | pedido | neighbour | neighbor | warehouse"
        "| damaged | items | pick up | pickup | international | abroad | signature | items in",
    },
    "feature_request": {
        3: "feature request | would be great if | would be nice if | would be nice to | would "
        "love to | would be helpful | would be useful | would be cool | would be handy | could you "
        "add | can you add | please add | please support | i wish | wish list | suggestion* | "
        "roadmap | it would help if | wäre schön | wäre toll | wäre gut | wünsche mir | vorschlag "
        "| ce serait | serait bien | suggérer | sería útil | sería bueno | me gustaría que | could "
        "you let us | let us | any chance of | any plans for | would benefit from | please "
        "consider | we wish | it would be great | it would be nice | would like to see | would "
        "love a | wunsch | serait pratique | serait utile | estaría bien | sería genial | have you "
        "considered",
        2: "plan to integrate | any plan to | plans to | is it planned | dark mode | missing "
        "feature | please make it possible | add support | would save | hope you add | "
        "funktionswunsch | fonctionnalité | funcionalidad | enhancement | improvement* | ability "
        "to | allow us to | in the future | planned | planning to | instead of having to | "
        "automatically | shortcut* | if we could | if i could | integration | integrate | bulk | "
        "option to | customize",
        1: "feature | features | add | idea | support for | missing | widget | template* | filter*",
    },
    "sales": {
        3: "demo | quote | pricing | enterprise plan | free trial | discount* | reseller | sales "
        "team | buy licen* | devis | angebot | mengenrabatt | rabatt | presupuesto | cotización | "
        "upgrade to | comparing vendors | purchase order | partnership | which plan | before we "
        "sign | before i buy | before we buy | walk us through | rfp | proposal | interested in "
        "buying | interested in your | become a customer | contact sales | démo | tarifs | "
        "vorführung",
        2: "how much | plan cost | what does | seats | price list | vendor* | annual contract"
        "| was kostet | kostet | combien | cuánto cuesta | descuento* | remise | tarif* | licenses"
        "| licences | recommend | per year | per user | procurement | non profit* | nonprofit*"
        "| volume | interested in | evaluat* | compare* | plans | preise | precios | prix | tiers"
        "| team of | for schools | for startups | trial | students get | escuelas | schools",
        1: "cost | costs | buy | purchase | contract | team plan | paket | plan | kaufen | acheter"
        "| comprar | utilisateurs | sign | budget | kosten | offer",
    },
    "complaint": {
        3: "complaint | complain* | unacceptable | terrible | worst | disappointed | disappointing"
        "| disgust* | awful | ridiculous | outrag* | poor service | bad service | lawyer | rude"
        "| inakzeptabel | enttäusch* | beschwer* | unverschämt | lamentable | inadmissible | déçu*"
        "| plainte | inaceptable | decepcionad* | queja | pésimo | horrible | scandal* | let down"
        "| a joke | fed up | sick of | tired of | never again | rip off | ripped off | frechheit"
        "| zumutung | honte | vergüenza | harto | marre | insult* | lied to | not acceptable"
        "| misleading | false promises | shame on | unfriendly | appalling | incompetent",
        2: "waiting for an answer | no answer | nobody answers | nobody replies | no reply"
        "| no response | third time | regret | treat customers | nobody cares | niemand antwortet"
        "| keine antwort | aucune réponse | attends | sin respuesta | nadie responde | ignored"
        "| downhill | unprofessional | wasted | on hold | every time i call | expected | picks up"
        "| nobody helps | dos semanas esperando | seit wochen | never get | promised | kein rückruf"
        "| bad experience | customer service is | your support is | esperando | trato | worse",
        1: "still waiting | frustrat* | annoy* | angry | again and again | quality | experience"
        "| waited | hours | unhappy | dissatisfied | unzufrieden | mécontent*",
    },
    "praise": {
        3: "thank you so much | well done | great job | good job | great work | love the | love "
        "your | love it | kudos | fantastic | amazing | awesome | excellent | wonderful | "
        "brilliant | perfect | not bad at all | vielen dank | tolles | sehr zufrieden | weiter so "
        "| großartig | bravo | excelente | muchas gracias | merci beaucoup | génial | genial | "
        "best tool | best service | impressed | my thanks | not be happier | keep it up | keep up "
        "| made my day | life saver | lifesaver | five stars | grateful | a pleasure | compliment* "
        "| félicitations | felicidades | enhorabuena | wunderbar | fantastisch | formidable | "
        "superb | thumbs up",
        2: "thank you | love | thanks for | happy with | very happy | zufrieden | super"
        "| ausgezeichnet | magnifique | encantad* | 👍 | ❤ | 🎉 | delighted | so patient | so kind"
        "| appreciate* | happier | danke | ravi* | contento | recommend you | great service"
        "| great support | great product | so much better | switched from",
        1: "great | quick | helpful | solved | smooth | nice | saves me | patient | kind | easy",
    },
    "spam": {
        3: "click here | you have won | gift card | seo | backlink* | bitcoin | crypto* | "
        "inheritance | earn money | make money | casino | viagra | lottery | first page ranking | "
        "cheap followers | buy followers | haz clic | gana dinero | criptomoneda* | cliquez ici | "
        "klicken sie hier | gewonnen | singles in your area | million dollars | verify your "
        "password | final notice | confirm your card | low cost | weight loss | guest post | link "
        "exchange | forex | passive income | work from home | web design services | we build "
        "mobile | lead generation | secret pill | lose weight | confirm your bank | million euros",
        2: "congratulations | limited time | claim your | to claim | guaranteed | winner | dear "
        "sir | dear friend | risk free | act now | followers and likes | from home | free audit | "
        "traffic | hot singles | 100 real | investment opportunity | order today | your "
        "requirement | pill | pills | beneficiary | unpaid | kilos | secret | dear winner | last "
        "chance | email list | database of | will be suspended | verify your | bank details | "
        "whatsapp group | rich",
        1: "dollars | offer | free | loan | prize | investor* | budget | cheap | we offer",
    },
    "other": {
        3: "hiring | job opening* | career* | office hours | opening hours | your office | "
        "founder* | privacy policy | interview | parking | parkplätze | parkplatz | pressestelle | "
        "internship | öffnungszeiten | heures d ouverture | horario | wrong company | your ceo | "
        "apply for | vacanc* | stellenangebot* | bewerb* | stage | prácticas | sponsor* | imprint "
        "| impressum",
        2: "university | student | headquarter* | where are you based | wheelchair | visitors"
        "| besucher | charity | newsletter | podcast | conference | event | holidays | your company"
        "| job | jobs | press | disregard | wrong person",
        1: "office | company | who are you | city | history",
    },
}

NOT_WANTED = (
    "do not want",
    "do not need",
    "not asking for",
    "instead of",
    "rather than",
    "no need for",
    "not about",
    "kein",
    "keine",
    "pas de",
    "pas besoin de",
    "no quiero",
)
"""Before a term, within three words: the writer does not want it, so the term does not count."""
