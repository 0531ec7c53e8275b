"""The signs by which a message is urgent: phrases, and pairs of words that stand near each other.

A pair is there when a term of each side begins within so many words of the other: `down` alone is
no outage, `everything is down` is one. English first; the commonest of German, French and Spanish.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.support.text import Hit, Terms, term_list


@dataclass(frozen=True)
class Sign:
    """Phrases that are enough alone, and pairs: one side, the other, words between at the most."""

    alone: Terms
    pairs: tuple[tuple[Terms, Terms, int], ...] = ()

    def is_in(self, found: Sequence[str]) -> bool:
        """Whether the words of a message have it."""
        if self.alone.hits(found):
            return True
        return any(
            near(one.hits(found), other.hits(found), most) for one, other, most in self.pairs
        )


def near(one: Sequence[Hit], other: Sequence[Hit], most: int) -> bool:
    """Whether one of each begins within so many words of the other."""
    return any(0 < abs(a.start - b.start) <= most for a in one for b in other)


def terms(lines: str) -> Terms:
    """The terms of a table."""
    return Terms(dict.fromkeys(term_list(lines), 1.0))


_EVERYBODY = terms(
    "everyone | everybody | all users | all our | all of our | all of us | all my | "
    "all customers | all clients | whole team | whole company | whole office | "
    "whole shop | whole site | entire | everything | nobody | no one | none of | "
    "any of our | worldwide | world wide | in the world | our customers | our clients | "
    "all branches | all stores | alle | allen | aller | keiner | niemand | "
    "nichts mehr | ganze* | weltweit | kein kunde | unsere kunden | tous | toutes | "
    "tout | aucun | aucune | plus aucun | personne | nos clients | nadie | todos | "
    "todas | toda | ningún | ninguno | nuestros clientes"
)

OUTAGE = Sign(
    terms(
        "site is down | website is down | shop is down | store is down | system is down | "
        "down for everyone | service is down | server is down | servers are down | "
        "production is down | is down for all | complete outage | outage | "
        "nobody can order | customers can order | customers cannot order | "
        "komplett ausgefallen | tout est en panne | nobody can log in | nobody can access | "
        "all users are affected | all our users | checkout is down | whole team cannot | "
        "seite ist down | alles steht still | komplettausfall | ausfall | "
        "site est en panne | panne générale | sitio está caído | caída total | "
        "are you down | platform is down | api is down | everything is down | "
        "losing orders | losing sales | losing money every | sistema está caído | "
        "web está caída | totalausfall | serverausfall | systemausfall"
    ),
    (
        (
            _EVERYBODY,
            terms(
                "down | offline | unreachable | not reachable | unavailable | dead | 503 | 502 | "
                "nothing loads | nothing works | can not order | can not reach | can not work | "
                "can not log in | can not access | can not buy | can reach you | not responding | "
                "stopped working | ausgefallen | nicht erreichbar | geht nichts | "
                "funktioniert nichts | steht still | nicht arbeiten | bestellen | kann arbeiten | "
                "en panne | hors service | indisponible | inaccessible | ne fonctionne | "
                "passer commande | travailler | caído | caída | no funciona | puede trabajar | "
                "puede entrar | puede comprar"
            ),
            10,
        ),
    ),
)

_GONE = terms(
    "gone | vanished | disappear* | disapear* | lost | wiped | missing | was deleted | "
    "were deleted | got deleted | been deleted | weg | verschwunden | wurden gelöscht | "
    "sind gelöscht | verloren | nicht mehr da | perdu* | disparu* | été supprimé* | "
    "effacé* | desaparec* | perdid* | se han borrado | se ha borrado"
)

DATA_LOSS = Sign(
    terms(
        "all data is gone | all our data is gone | all my data is gone | data is gone | "
        "lost all my data | lost all our data | lost all data | data loss | "
        "everything is gone | everything was deleted | all contacts are gone | "
        "datenverlust | alle daten weg | perdu toutes | pérdida de datos | only copy | "
        "alles weg | alles gelöscht | tout a disparu | todo ha desaparecido | "
        "lost everything we | everything vanished | everything has vanished | "
        "perte de données"
    ),
    (
        (
            _GONE,
            terms(
                "all our data | all my data | all data | our data | all our files | all my files | "
                "all files | our files | all our contacts | all contacts | contacts | "
                "all our projects | all my projects | our projects | all projects | "
                "all our documents | all my documents | all documents | all records | "
                "our records | our database | our whole database | all campaigns | "
                "all our campaigns | entire history | all photos | all my photos | "
                "all my work | years of work | alle daten | alle unsere | alle meine | "
                "alle dateien | alle kontakte | sämtliche | tous nos | tous mes | toutes nos | "
                "toutes mes | tous les fichiers | todos los datos | todos mis | "
                "todos nuestros | todas mis | todas nuestras | todos los archivos"
            ),
            9,
        ),
    ),
)

MONEY = Sign(
    terms(
        "charged twice | charged two times | double charge* | charged double | "
        "billed twice | still billed | still charged | charged again | "
        "unauthorised charge | unauthorized charge | not recognise | not recognize | "
        "unknown charge | overcharged | fraudulent | doppelt abgebucht | "
        "zweimal abgebucht | doppelt belastet | prélevé deux fois | débité deux fois | "
        "cobrado dos veces | paid twice | payed twice | doppelt bezahlt | "
        "doppelt berechnet | payé deux fois | facturé deux fois | pagado dos veces | "
        "unknown debit | never authorised | never authorized | cobro duplicado | "
        "doble cobro | double prélèvement | doppelte abbuchung"
    ),
    (
        (
            terms(
                "charg* | bill* | took | take | taken | taking | debit* | withdrew | withdrawn | "
                "deduct* | collected | abgebucht | abgezogen | eingezogen | belastet | abbuchung | "
                "prélev* | débit* | factur* | cobra* | cargad* | cobro"
            ),
            terms(
                "twice | two times | double | three times | 3 times | 4 times | four times | "
                "several times | again | still | anyway | doppelt | zweimal | dreimal | mehrmals | "
                "mehrfach | trotzdem | immer noch | deux fois | trois fois | dos veces | "
                "tres veces | otra vez | todavía | aún"
            ),
            7,
        ),
        (
            terms(
                "charge* | debit* | payment* | transaction* | withdrawal* | abbuchung* | "
                "belastung* | lastschrift* | prélèvement* | débit* | paiement* | cargo* | cobro* | "
                "pago*"
            ),
            terms(
                "unknown | not recognise | not recognize | never authorised | never authorized | "
                "never signed up | never ordered | never approved | never agreed | not authorise | "
                "not authorize | not approve | not mine | do not know | unbekannt* | "
                "nie genehmigt | nicht genehmigt | kenne ich nicht | nicht autorisiert | "
                "nicht veranlasst | ne reconnais pas | pas autorisé | inconnu* | no reconozco | "
                "no autoricé | no he autorizado | desconocid*"
            ),
            14,
        ),
    ),
)

BLOCKED = Sign(
    terms(
        "locked out | can not log in | can not login | can not sign in | can not access | "
        "can not pay | can not check out | can not checkout | unable to log in | "
        "unable to login | unable to sign in | unable to access | lost access | no access | "
        "reset email never | not log in | cannot work | i am blocked | account is blocked | "
        "account was blocked | account is suspended | account was suspended | "
        "nicht einloggen | nicht anmelden | ausgesperrt | kein zugriff | gesperrt | "
        "me connecter | plus accès | compte bloqué | no puedo entrar | no puedo acceder | "
        "no puedo iniciar | can not log into | can not get in | can not get into | "
        "not get in | not sign in | wont let me in | will not let me in | "
        "will not let me log | not let me log | not let me sign | shut out | "
        "too many attempts | too many failed | profile got suspended | got suspended | "
        "been suspended | been locked | got locked | can not take payments | "
        "can not reach any of my | nicht mehr in mein | nicht mehr rein | "
        "komme nicht rein | nicht mehr einloggen | kennwort wird nicht | "
        "passwort wird nicht | keinen zugriff | keinen zugang | zugang verloren | "
        "konto ist blockiert | impossible de me connecter | impossible de se connecter | "
        "mot de passe refusé | compte est bloqué | compte est suspendu | compte suspendu | "
        "ne peux plus entrer | ne peux plus me | ne peux plus travailler | "
        "cuenta bloqueada | cuenta está bloqueada | cuenta suspendida | "
        "no puedo iniciar sesión | no me deja entrar | no me deja iniciar | sin acceso | "
        "perdido el acceso"
    ),
    (
        (
            terms(
                "password* | passwort | kennwort | mot de passe | contraseña | reset link | "
                "reset mail | reset email | verification sms | verification code | security code | "
                "code"
            ),
            terms(
                "never arrives | never arrive | never reaches | never comes | never came | "
                "does not arrive | not arriving | expired | rejected | not accepted | "
                "not recognised | not recognized | invalid | is correct | keine mail | "
                "kommt nicht | nicht angenommen | kommt keine | n arrive pas | jamais | no llega | "
                "no me llega"
            ),
            9,
        ),
    ),
)

URGENT = Sign(
    terms(
        "urgent | urgently | asap | immediately | right now | right away | emergency | "
        "time critical | as soon as possible | within the hour | dringend | sofort | "
        "umgehend | immédiatement | urgence | tout de suite | urgente | inmediatamente | "
        "de inmediato | in one hour | in an hour | deadline today | today please | "
        "before noon today | by tomorrow | first thing tomorrow | time sensitive | "
        "very pressing | can not wait | eilt | eilig | noch heute | bis heute | "
        "bis morgen | schnellstmöglich | so schnell wie möglich | so bald wie möglich | "
        "au plus vite | le plus vite possible | dès que possible | aujourd hui même | "
        "urgemment | hoy mismo | cuanto antes | lo antes posible | inmediata | inmediato | "
        "urgentemente"
    ),
)
