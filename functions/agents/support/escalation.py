"""What always goes to a person, and to which team.

The rules, most serious first. A rule applies when one of its terms is in the message; `lasting`
ones also when the customer said it earlier in the conversation. With `hold`, nothing is answered
from the knowledge: the customer gets a holding reply. No model decides any of this.

- self_harm: wishes to die or to harm oneself. Trust and safety; hold; lasting.
- threat: threats of violence. Trust and safety; hold; lasting.
- security: a taken-over account, a breach, stolen data, a vulnerability. Security; lasting.
- legal: lawyers, courts, complaints to authorities, data protection claims. Legal; hold; lasting.
- press: journalists and media. Communications; hold.
- vip_cancellation: a VIP customer (by plan, or by their own words) wants to cancel a contract.
  Account management.
- refund: money back. Billing: an agent may explain the policy, never promise or pay.
- human_wanted: asks for a person. Support.
- manipulation: tries to instruct whoever reads it ("ignore your instructions"). Support.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.support.models import Team, Topic
from agents.support.text import Terms, plain_words, term_list
from hub.agent_kit.guard import gives_orders

VIP_PLANS = ("enterprise", "vip", "platinum", "premium", "strategic")


@dataclass(frozen=True)
class Rule:
    """One rule of escalation."""

    topic: Topic
    team: Team
    why: str
    terms: str = ""
    hold: bool = False
    lasting: bool = False


RULES: tuple[Rule, ...] = (
    Rule(
        "self_harm",
        "trust_and_safety",
        "the customer may be in danger of harming themselves",
        "kill myself | killing myself | suicid* | end my life | ending my life | want to die"
        "| hurt myself | harm myself | self harm | better off dead | selbstmord* | mich umbringen"
        "| bringe mich um | nicht mehr leben | mich umzubringen | me tuer | me suicider"
        "| mettre fin à mes jours | quiero morir | matarme | quitarme la vida",
        hold=True,
        lasting=True,
    ),
    Rule(
        "threat",
        "trust_and_safety",
        "the message threatens somebody",
        "somebody will get hurt | someone will get hurt | know where your office | kill you | "
        "kill your | hurt you | hurt your staff | i will find you | burn down | burn your | "
        "beat you | beat you up | a bomb | bomb threat | shoot you | shoot up | "
        "know where you live | dich umbringen | euch umbringen | sie umbringen | vous tuer | "
        "te tuer | matarte | mataros | voy a matar",
        hold=True,
        lasting=True,
    ),
    Rule(
        "security",
        "security",
        "it is about the security of an account or of data",
        "hacked | hacker* | compromised | data breach | data leak* | leaked my | data leaked | "
        "data was leaked | phishing | logged into my account | someone logged in | somebody logged "
        "in | unauthorised access | unauthorized access | unauthorised login | unauthorized login "
        "| stolen password | account was stolen | stole my account | account takeover | "
        "vulnerability | security hole | security incident | security issue | malware | "
        "ransomware | someone else is using my account | was taken over | been taken over | "
        "intruder* | unknown device | stole my login | stole my password | it was not me | "
        "not done by me | somebody else is using | someone is using my | somebody is using my | "
        "posting under my name | someone else is in | suspicious login | strange login | "
        "sign ins from | "
        "see other customers | see data of other | other people s data | "
        "changed my password without | fremden gerät | fremde anmeldung | "
        "in mein konto eingebrochen | ich war das nicht | utilise mon compte | "
        "utilise mon profil | ce n est pas moi | entrado en mi cuenta | "
        "usa mi cuenta | no fui yo | han robado la cuenta | not me who logged in | gehackt | "
        "datenleck* | sicherheitslücke* | fremder zugriff | piraté* | fuite de données | "
        "hackead* | hackeo | brecha de seguridad",
        lasting=True,
    ),
    Rule(
        "legal",
        "legal",
        "it has to do with the law",
        "lawyer* | attorney* | lawsuit* | legal action | legal department | legal notice | sue "
        "you | suing | take you to court | court order | subpoena | solicitor | ombudsman | gdpr | "
        "data protection authority | cease and desist | consumer protection | small claims | "
        "rechtsanwalt | anwalt | anwältin | klage | verklagen | rechtliche schritte | dsgvo | "
        "verbraucherzentrale | mon avocat | avocate | poursuites | tribunal | rgpd | cnil | "
        "abogado | abogada | abogados | denunci* | demanda judicial | see you in court | "
        "legal steps | take legal | my lawyers | solicitor* | juristisch* | vor gericht | "
        "en justice | mise en demeure | demandar | acciones legales | juzgado",
        hold=True,
        lasting=True,
    ),
    Rule(
        "press",
        "communications",
        "it comes from the press",
        "journalist* | reporter | press inquiry | press enquiry | press request | press office"
        "| press contact | press statement | media inquiry | media enquiry | media request"
        "| newspaper | news article about | on the record | presseanfrage | pressestelle"
        "| journalistin | redaktion | journaliste | service de presse | periodista"
        "| oficina de prensa | comunicado de prensa",
        hold=True,
    ),
    Rule("vip_cancellation", "account_management", "a VIP customer wants to cancel"),
    Rule(
        "refund",
        "billing",
        "it asks for money back, which a person decides",
        "refund* | money back | reimburs* | chargeback* | charge back | reverse the payment"
        "| reverse the charge | return the money | return my money | my money returned"
        "| compensation | geld zurück | rückerstatt* | erstatt* | rembours* | reembols*"
        "| devolución del dinero | devolver el dinero | mi dinero",
    ),
    Rule(
        "human_wanted",
        "support",
        "the customer asks for a person",
        "talk to a human | speak to a human | speak with a human | real person | real human"
        "| talk to someone | speak to someone | speak with someone | talk to an agent"
        "| speak to an agent | speak to a person | talk to a person | speak to a manager"
        "| talk to a manager | speak to your manager | supervisor | call me back | human agent"
        "| mit einem menschen | mit jemandem sprechen | echten menschen | mitarbeiter sprechen"
        "| parler à un humain | parler à quelqu un | un conseiller | hablar con una persona"
        "| hablar con alguien | hablar con un humano",
    ),
    Rule("manipulation", "support", "the message tries to give the agent orders"),
)
_BY_TOPIC = {rule.topic: rule for rule in RULES}
_TERMS = {rule.topic: Terms(dict.fromkeys(term_list(rule.terms), 1.0)) for rule in RULES}
_CANCEL = Terms(
    dict.fromkeys(
        term_list(
            "cancel* | terminate* | terminating | not renew | will not be renewing | leave you"
            "| leaving you | switch to a competitor | switching to | kündig* | résili* | annuler"
            "| cancelar | dar de baja"
        ),
        1.0,
    )
)
_CONTRACT = Terms(
    dict.fromkeys(
        term_list(
            "subscription* | contract* | plan | account | membership | service | agreement | renew*"
            "| competitor* | everything | vertrag* | abo | abonnement* | konto | contrat* | compte"
            "| contrato | cuenta | suscripción | licen*"
        ),
        1.0,
    )
)
_VIP = Terms(dict.fromkeys(term_list("enterprise | vip | platinum"), 1.0))


def is_vip(plan: str | None) -> bool:
    """Whether a plan is one of VIP_PLANS, in whatever words: `Enterprise (EU)` is."""
    return plan is not None and any(word in VIP_PLANS for word in plain_words(plan))


def topics(message: str, earlier: Sequence[str] = (), plan: str | None = None) -> tuple[Rule, ...]:
    """The rules that apply to a message, most serious first. `earlier` is the customer's."""
    found = plain_words(message)
    before = [plain_words(text) for text in earlier]
    return tuple(rule for rule in RULES if _applies(rule, message, found, before, plan))


def _applies(
    rule: Rule,
    message: str,
    found: Sequence[str],
    before: Sequence[Sequence[str]],
    plan: str | None,
) -> bool:
    if rule.topic == "vip_cancellation":
        vip = is_vip(plan) or bool(_VIP.hits(found))
        return vip and bool(_CANCEL.hits(found)) and bool(_CONTRACT.hits(found))
    if rule.topic == "manipulation":
        return gives_orders(message)
    terms = _TERMS[rule.topic]
    texts = [found, *before] if rule.lasting else [found]
    return any(terms.hits(text) for text in texts)
