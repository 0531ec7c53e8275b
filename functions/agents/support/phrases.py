"""What replies say around their facts, in four languages. No phrase has a fact in it."""

from typing import Literal

from agents.support.models import Customer, Language, Tone, Topic

type Spoken = Literal["en", "de", "fr", "es"]

_SPOKEN: tuple[Spoken, ...] = ("en", "de", "fr", "es")

GREETING: dict[Spoken, str] = {"en": "Hello", "de": "Guten Tag", "fr": "Bonjour", "es": "Hola"}

CLOSING: dict[Spoken, str] = {
    "en": "Best regards",
    "de": "Mit freundlichen Grüßen",
    "fr": "Cordialement",
    "es": "Un cordial saludo",
}

OPENING: dict[Spoken, dict[Tone, str]] = {
    "en": {
        "neutral": "Here is what we know about this.",
        "friendly": "Thanks for writing to us! Here is what we can tell you.",
        "professional": "Thank you for your message. Please find the information below.",
        "empathetic": "Thank you for telling us, and sorry for the trouble. Here is what may help.",
    },
    "de": {
        "neutral": "Dazu können wir Folgendes sagen.",
        "friendly": "Danke für Ihre Nachricht! Das können wir Ihnen dazu sagen.",
        "professional": "Vielen Dank für Ihre Nachricht. Hier finden Sie die Auskunft.",
        "empathetic": "Danke, dass Sie sich melden. Wir bedauern die Umstände und helfen gern.",
    },
    "fr": {
        "neutral": "Voici ce que nous savons à ce sujet.",
        "friendly": "Merci de nous écrire ! Voici ce que nous pouvons vous dire.",
        "professional": "Nous vous remercions de votre message. Voici les informations demandées.",
        "empathetic": "Merci de nous l'avoir dit, et pardon pour ce désagrément. Voici notre aide.",
    },
    "es": {
        "neutral": "Esto es lo que sabemos al respecto.",
        "friendly": "¡Gracias por escribirnos! Esto es lo que podemos decirle.",
        "professional": "Gracias por su mensaje. A continuación encontrará la información.",
        "empathetic": "Gracias por contárnoslo y perdone las molestias. Quizá esto le ayude.",
    },
}

HOLDING: dict[Spoken, str] = {
    "en": "Thank you for your message. We want to give you a correct answer, so a person from our "
    "team will look at it and reply to you.",
    "de": "Danke für Ihre Nachricht. Damit Sie eine richtige Antwort bekommen, sieht sich jemand "
    "aus unserem Team Ihr Anliegen an und antwortet Ihnen.",
    "fr": "Merci pour votre message. Pour vous donner une réponse exacte, une personne de notre "
    "équipe va l'examiner et vous répondra.",
    "es": "Gracias por su mensaje. Para darle una respuesta correcta, una persona de nuestro "
    "equipo lo revisará y le responderá.",
}

CARE: dict[Spoken, str] = {
    "en": "We are sorry that you are going through this. You do not have to face it alone: if you "
    "are in danger now, please call your local emergency number or a crisis line, or reach "
    "somebody you trust. A person from our team will read your message.",
    "de": "Es tut uns leid, dass es Ihnen so geht. Sie müssen damit nicht allein sein: Wenn Sie in "
    "Gefahr sind, rufen Sie bitte den Notruf oder ein Krisentelefon an, oder jemanden, dem Sie "
    "vertrauen. Ein Mensch aus unserem Team liest Ihre Nachricht.",
    "fr": "Nous sommes désolés que vous traversiez cela. Vous n'avez pas à y faire face sans aide. "
    "En cas de danger, appelez les secours ou une ligne d'écoute, ou un proche de confiance. "
    "Une personne de notre équipe lira votre message.",
    "es": "Sentimos que esté pasando por esto. No tiene que afrontarlo a solas: si está en "
    "peligro, llame a emergencias o a una línea de ayuda, o a alguien de confianza. Una persona "
    "de nuestro equipo leerá su mensaje.",
}

WELCOME: dict[Spoken, str] = {
    "en": "You are welcome! Write to us whenever we can help.",
    "de": "Gern geschehen! Schreiben Sie uns, wenn wir helfen können.",
    "fr": "Avec plaisir ! Écrivez-nous si nous pouvons vous aider.",
    "es": "¡De nada! Escríbanos cuando podamos ayudarle.",
}


def spoken(language: Language, customer: Customer) -> Spoken:
    """The language to answer in: the message's, else the customer's locale's, else English."""
    wanted = language if language != "other" else (customer.locale or "en")[:2].lower()
    return next((known for known in _SPOKEN if known == wanted), "en")


def holding(language: Spoken, topics: tuple[Topic, ...]) -> str:
    """The reply that answers nothing and says that a person will."""
    return CARE[language] if "self_harm" in topics else HOLDING[language]
