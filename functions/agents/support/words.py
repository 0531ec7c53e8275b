"""Function words: what shows a language, and what says nothing about a subject."""

from typing import Literal


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


STOP_WORDS: dict[Literal["en", "de", "fr", "es"], frozenset[str]] = {
    "en": word_set(
        "a about after again all also am an and any are as at be because been before but by can "
        "could did do does for from get had has have he hello her here him his how i if in into is "
        "it its just let like me more my no not of off on only or our out over please she so some "
        "still than thank thanks that the their them then there these they this those to too up us "
        "very was we were what when where which who why will with would yes you your"
    ),
    "de": word_set(
        "aber alle als am an auch auf aus bei bin bitte bis da danke das dass dem den der des die "
        "diese dieser dieses doch du ein eine einem einen einer er es für guten habe haben hallo "
        "hat hatte ich ihr ihre ihrem ihren ihrer im in ist ja kann kein keine können könnte man "
        "mein meine meinem meinen meiner mich mir mit nach nicht noch nur oder schon sehr sein "
        "seit sich sie sind so tag um und uns unser unsere vom von vor wann war warum was weil "
        "wenn wer werden wie wir wird wo zu zum zur"
    ),
    "fr": word_set(
        "ai au aux avec avez avons bonjour c ce ces cette comme comment dans de depuis des donc du "
        "elle en est et être il ils j je l la le les leur ma mais me merci mes moi mon m n ne nos "
        "notre nous on ont où par pas plus pour pourquoi puis qu quand que quel quelle qui s sa "
        "salut sans ses si son sont sur suis ta te tes toi ton très tu un une vos votre vous "
        "y à été"
    ),
    "es": word_set(
        "a al algo buenas buenos como con cuando cuándo cómo de del desde donde dónde e el ella en "
        "era es esta estaba estado este esto está están estoy fue gracias ha han hasta hay he hola "
        "la las le les lo los mas me mi mis muchas muy más ni no nos nuestro o para pero por "
        "porque puede puedo que quiero qué se ser si sin sobre soy su sus sí también te tengo todo "
        "todavía tu tus un una unos usted y ya yo"
    ),
}

FILLERS = word_set(
    # What questions and letters are made of, whatever they are about.
    "able actually already always another anybody anyone anything anyway around ask asked best "
    "better bit body come company customer day days dear different doing done everything "
    "explain find first found give go goes going good got gotten great guys happen happened "
    "happens having help hey hi hope idea info information issue keep kind know last later "
    "long look looking lot made make makes many maybe mean means mention minute moment morning "
    "much must need needed needs never new next nice now offer one ones option order's "
    "possible possibly problem question questions quick quickly rather really regards right "
    "said say says see seem seems send service should show since somebody someone something "
    "soon sorry sort sure support take taken takes taking team tell thing things think time "
    "today tomorrow tried try trying two until use used uses using usually want wanted wants "
    "way weeks week well went whether while without wonder wondering won work working works "
    "write writing wrote yesterday yet shall may might january february march april june july "
    "august september october november december monday tuesday wednesday thursday friday "
    "saturday sunday kindly cheers bye ok okay perfect allow allowed possibility somewhere "
    # German
    "frage fragen gern gerne geht gibt hilfe lange möchte muss wissen würde wollte möglich "
    "machen mal jetzt heute gestern morgen funktioniert lassen etwas dauert dauern grüsse "
    # French
    "aide besoin combien fait faire faut peut peux pouvez savoir veux voudrais "
    "souhaite temps possible cela ça aussi bien dois prend quelque "
    # Spanish
    "ayuda cuanto cuánto cuánta hacer necesito poder podría pregunta quisiera saber tiempo "
    "tiene tarda favor hace cual cuál"
)
"""Words that no key term of a question can be, besides the stop words."""

_SAME = (
    "price cost costs fee fees pricing",
    "delivery deliver delivered deliveries shipping ship ships shipped shipment arrive arrives",
    "cancel cancels cancelled canceled cancelling cancellation terminate",
    "login signin log sign logging signing logged",
    "refund refunds refunded reimburse reimbursed reimbursement",
    "parcel parcels package packages",
    "pay pays paid payment payments paying",
    "buy purchase purchased bought",
    "invoice invoices bill bills receipt",
    "change changes changed changing update updates edit modify",
    "delete deletes deleted deleting remove erase",
    "return returns returned returning",
    "user users member members teammate",
    "lieferung liefern liefert geliefert versand versenden lieferzeit",
    "kündigen kündigung kündige",
    "preis preise kosten kostet",
    "passwort kennwort",
    "rückgabe zurückgeben zurücksenden rücksendung",
    "livraison livrer livrez livré expédition",
    "remboursement rembourser remboursé",
    "envío enviar envían entrega entregan",
    "reembolso reembolsar devolución devolver",
)
SAME: dict[str, str] = {
    word.casefold(): group.split()[0] for group in _SAME for word in group.split()
}
"""Words that mean the same in questions to support, each with the one that stands for them."""

COURTESY = word_set(
    "thanks thank you very much so great perfect ok okay super awesome all good cheers bye got it "
    "that is fine danke vielen dank schön gut alles klar merci beaucoup parfait gracias muchas "
    "perfecto vale many again appreciated for your the help my"
)
"""A message of nothing but these asks for nothing."""

STOPS = frozenset().union(*STOP_WORDS.values())
"""The stop words of all languages."""

WEEKDAYS_AND_MONTHS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december"
)
