"""The words of messages about something that goes on: money, access, faults, parcels."""

from agents.support.models import Category

_FAILS = ("will not", "does not", "do not", "can not", "is not", "are not", "not", "fails to")
_TASKS = (
    "open load start save sync connect send play print upload download export import install show "
    "respond display update refresh render run working loading saving syncing responding connecting"
)


def _failing() -> str:
    """`will not open`, `does not load` and their like."""
    return " | ".join(f"{fails} {task}" for fails in _FAILS for task in _TASKS.split())


CASE_TERMS: dict[Category, dict[float, str]] = {
    "refund": {
        3: "refund* | money back | reimburs* | chargeback | reverse the payment | "
        "return the money | geld zurück | rückerstatt* | erstattung* | rembours* | "
        "reembols* | devolución del dinero | return label | return policy | store credit | "
        "money returned | give me my money | get my money | want my money | reembolsar | "
        "remboursée | devolverme | retour de l article | retoure* | rückzahlung* | "
        "rücktritt vom kauf | trete vom kauf | vom kauf zurück | return it for | "
        "returns portal | money for the return* | undo the purchase | undo my purchase | "
        "paid back | cash back | full amount back | widerrufen | droit de rétractation | "
        "rétractation | derecho de desistimiento | desistimiento | dinero de vuelta | "
        "geld wieder | schicke sie zurück | schicke es zurück | zurückschicken",
        2: "return an item | return the item | return it | return my order | return this | "
        "return them | send it back | send them back | send this back | sent it back | "
        "sent back | give it back | want to return | how do i return | returning | returned | "
        "zurückgeben | zurücksenden | rückgabe | widerruf* | rücksendung | umtausch* | "
        "retourner | devolver | devolución | renvoyer | exchange it | swap it | cooling off | "
        "withdraw from | échanger | my money | the money back | send back | bring it back | "
        "bring back | take it back | replacement | umtauschen | tauschen | cambiar por | "
        "cambiarlo por | échange | renvoi | faulty | entitled to | take them back | ersatz | "
        "remplacement | reemplazo | change my mind | changed my mind",
        1: "not what i ordered | does not fit | wrong item | wrong size | trial | too small | "
        "too big | too large | exchange | return | compensat*",
    },
    "billing": {
        3: "invoice* | billing | charged twice | double charge* | overcharg* | vat | "
        "credit card | payment method | card was declined | charge on my | still billed | "
        "was billed | rechnung* | facture* | factura* | facturation | prélevé* | "
        "prélèvement* | cobrado | cobro | abgebucht | direct debit | lastschrift | billed | "
        "receipts | debit* | tax id | numéro de tva | tva | iva | credit note | "
        "price increase | sepa | iban | paypal | bank transfer | mahnung* | umsatzsteuer | "
        "mehrwertsteuer | quittung | payment failed | tax number | billing cycle | "
        "payment reminder | purchase order number | cost center | dunning | wire transfer | "
        "überweisung* | zahlungsart | zahlungsmethode | abbuchung* | moyen de paiement | "
        "virement | relevé bancaire | domiciliation | transferencia | forma de pago | "
        "domiciliación | facturación | itemised | itemized | payment due | open balance | "
        "transaction* | withdrew | debited | net amount",
        2: "charged | charge | bill | bills | payment* | paid | pay | receipt | tax | taxes | "
        "card | renewal | renew* | price change | betrag | zahlung* | bezahl* | paiement* | "
        "payé | payer | pago | pagar | impuesto* | accountant | accounting | bookkeep* | "
        "wrong amount | overdue | auto renew | prorat* | buchhaltung | comptab* | "
        "contabilidad | recibo | tarjeta | carte | kreditkarte | konto belastet | "
        "instalment* | installment* | billing address | cuota | betrag abgezogen | "
        "abgezogen | eingezogen | débité | cargo | cargado | prix augmenté | "
        "kosten abgebucht | balance | visa | mastercard | wrong price | account statement | "
        "kontoauszug | extracto | ledger",
        1: "subscription | price | statement | amount | bank | abo | abonnement | suscripción | "
        "fee | fees | per month | agreed | expired | currency | steuer | monthly | importe | "
        "montant",
    },
    "account": {
        3: "password* | log in | login | sign in | locked out | my account | two factor | 2fa | "
        "passwort | kennwort | mot de passe | contraseña | mein konto | mon compte | "
        "votre compte | mi cuenta | log into | logged into | delete my data | ownership | "
        "username | credentials | logged out | sign up | authenticator | my profile | "
        "api key* | close our account | deactivate* | reactivate* | benutzername | "
        "mein profil | mon profil | mi perfil | get into my account | two step | "
        "two factor authentication | double authentification | verificación en dos pasos | "
        "zwei faktor | close my account | kundenkonto | benutzerkonto | identifiant | "
        "mot de passe oublié | nom d utilisateur | espace client | nombre de usuario | "
        "cambiar el correo | darme de baja | dar de alta | admin rights | zugriffsrechte | "
        "rechte vergeben | benutzerrechte | user rights | sign ins | merge accounts | "
        "single login | change my email | change my name | my login | the login | "
        "display name | profilbild | profile picture",
        2: "account | accounts | profile | workspace | reset email | verification code | "
        "email address | konto | compte | cuenta | permission* | einloggen | anmelden | "
        "se connecter | iniciar sesión | second user | add a user | invit* | my user | "
        "rename | owner | blocked | suspended | access rights | confirmation mail | "
        "confirmation email | register* | registr* | my name | phone number | anmeldung | "
        "inscri* | connexion | zugangsdaten | gesperrt | e mail adresse | adresse e mail | "
        "remove a user | security code | passwort vergessen | eingeloggt | log on | logon | "
        "mitglied* | administrator* | collaborateur | utilisateurs | usuarios | permisos | "
        "droits | rollen | workspaces | personal data | my data | zugriff | registrier* | "
        "abmelden | erase | signed up twice",
        1: "user | users | role | roles | admin | member | members | transfer | zugang | "
        "benutzer | organization | organisation | setting | settings | access | "
        "team members | utilisateur | colleague | usuario | einstellung* | paramètres | "
        "ajustes | verify | verification",
    },
    "technical": {
        3: "crash* | error | errors | bug | bugs | site is down | production is down | outage | "
        "broken | stopped working | timeout* | fehlermeldung* | funktioniert nicht | "
        "geht nicht | absturz | abgestürzt | ne fonctionne pas | ne marche pas | erreur* | "
        "no funciona | fallo | bloqué | is down | down for | error message | freez* | froze | "
        "ausgefallen | stutter* | unresponsive | no results | goes white | goes blank | "
        "goes black | 404 | 500 | 502 | 503 | en panne | malfunction* | not responding | "
        "fails | lädt nicht | not showing up | hangs | lags | laggy | loads forever | "
        "spinner | not clickable | not saved | error code | white page | black page | "
        "broken link | is broken | unreachable | not reachable | offline for | unavailable | "
        "indisponible | hors service | ne réagit pas | ne répond pas | se ferme toute seule | "
        "se cierra sola | se queda cargando | no responde | no carga | mensaje de error | "
        "message d erreur | reagiert nicht | startet nicht | öffnet sich nicht | bricht ab | "
        "abgebrochen | wird nicht angezeigt | nicht mehr angezeigt | werden nicht angezeigt | "
        "out of sync | times out | timed out | bloquea | se bloquea | gibberish | "
        "duplicates of | went wrong | gone wrong | störung* | dysfonctionnement | avería | "
        "fehlercode",
        2: "does nothing | same problem | loading | blank page | blank screen | en blanco | "
        "stuck on | slow | api | webhook* | fehler | hängt | stürzt | bogue | plante | "
        "page blanche | glitch* | stopped | search | failed | disappear* | corrupt* | sdk | "
        "endpoint | plugin | dns | ssl | certificate | install* | connect* | sync* | "
        "notification* | black screen | white screen | kaputt | defekt | falla | lento | "
        "lente | langsam | empty | keeps | suddenly | since the | since this morning | "
        "no longer | video player | log file | stack trace | delayed notifications | "
        "no me llegan | lädt ewig | hängt sich | drops | choppy | flicker* | unreadable | "
        "wrong time zone | does not match | reinstall* | installation | mise à jour | "
        "actualizar | stop working | restarts | restart | incompatible | conflict* | "
        "firmware | server* | sync | reset to | overheats | drain* | token | cache | "
        "pixelated | not recognised by | erkannt | " + _failing(),
        1: "app | browser | chrome | firefox | safari | android | iphone | update | export | "
        "import | csv | upload | download | page | button | report | images | integration | "
        "missing | synchronisierung | aplicación | actualización | screen | server | video | "
        "player | device | laptop | windows | mac | ios | domain | code | script | file | "
        "files | editor | seite | website | site | link | links | printer | wifi | "
        "bluetooth | camera | keyboard | version",
    },
    "shipping": {
        3: "parcel* | package | shipping | shipment* | delivery | delivered | tracking | "
        "courier | customs | paket* | lieferung | geliefert | sendung* | versand | colis | "
        "livraison | livré* | envío | paquete | entrega | do you ship | ship to | "
        "pickup point | pick up point | where is my order | dispatch* | in transit | "
        "expédi* | zustell* | livreur | repartidor | dhl | ups | fedex | dpd | usps | gls | "
        "hermes | post office | parcel shop | delivery date | my order arrive | "
        "has my order | where is my | en route | on its way | on the way | out for delivery | "
        "in der zustellung | versandkosten | lieferzeit | lieferdatum | sendungsnummer | "
        "nachverfolgung | frais de port | délai de livraison | numéro de suivi | suivi | "
        "gastos de envío | plazo de entrega | número de seguimiento | seguimiento | envíos | "
        "se envía | deliver to | deliver on | free delivery | left your warehouse | "
        "post code | postcode | redirect* | lost package | missing from my | parcels | "
        "the driver | bote | zusteller | lieferdienst | lieferbar | nicht angekommen | "
        "pas arrivé | pas reçu ma commande | no ha llegado | not received my order | "
        "not been delivered | wrong item was | leave it with | package was | "
        "estimated arrival",
        2: "my order | has not arrived | not arrived | never arrived | deliver* | shipped | "
        "ship | carrier | address of order | lieferadresse | zoll | commande | mi pedido | "
        "ha llegado | doorstep | at my door | bestellung | carton | crushed | "
        "items were missing | postage | express | sent to | wrong address | liefern | "
        "abhol* | correos | enviar | retraso | damaged in | arrived damaged | lost in | "
        "sent to my | to my home | mailbox | bestellt | my purchase | expédiez | livrez | "
        "enviáis | enviar a | llega mi | llegado | the van | freight | label created | "
        "dispatch | in the box | signed for it | ordered two weeks | ordered weeks | "
        "nachbar* | voisin | vecino | time slot | versenden | verschickt | schickt | "
        "geht raus | zugestellt | recib* mi pedido",
        1: "order | ordered | arrive* | address | box | pedido | neighbour | neighbor | "
        "warehouse | damaged | items | pick up | pickup | international | abroad | "
        "signature | items in",
    },
}
