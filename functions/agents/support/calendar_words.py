"""Months, weekdays, units of time and number words in four languages."""

import re

_MONTHS = (
    "january jan januar janvier enero",
    "february feb februar février febrero",
    "march mar märz mars marzo",
    "april apr avril abril",
    "may mai mayo",
    "june jun juni juin junio",
    "july jul juli juillet julio",
    "august aug août agosto",
    "september sep sept septembre septiembre",
    "october oct oktober okt octobre octubre",
    "november nov novembre noviembre",
    "december dec dezember dez décembre diciembre",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

_DAYS = (
    "monday montag lundi lunes",
    "tuesday dienstag mardi martes",
    "wednesday mittwoch mercredi miércoles",
    "thursday donnerstag jeudi jueves",
    "friday freitag vendredi viernes",
    "saturday samstag sonnabend samedi sábado",
    "sunday sonntag dimanche domingo",
)
WEEKDAYS = {name: number for number, names in enumerate(_DAYS, 1) for name in names.split()}

_UNITS = {
    "minute": "minute minutes min minuten minuto minutos",
    "hour": "hour hours hrs stunde stunden heure heures hora horas",
    "day": "day days tag tage tagen jour jours día días",
    "week": "week weeks woche wochen semaine semaines semana semanas",
    "month": "month months monat monate monaten mois mes meses",
    "year": "year years jahr jahre jahren ans année années año años",
}
UNITS = {name: unit for unit, names in _UNITS.items() for name in names.split()}

_NUMBERS = {
    "2": "two zwei deux dos",
    "3": "three drei trois tres",
    "4": "four vier quatre cuatro",
    "5": "five fünf cinq cinco",
    "6": "six sechs seis",
    "7": "seven sieben sept siete",
    "8": "eight huit ocho",
    "9": "nine neun nueve",
    "10": "ten zehn dix diez",
    "11": "eleven elf onze",
    "12": "twelve zwölf douze doce",
    "14": "fourteen vierzehn quatorze catorce",
    "15": "fifteen fünfzehn quinze quince",
    "20": "twenty zwanzig vingt veinte",
    "24": "vierundzwanzig veinticuatro",
    "30": "thirty dreissig dreißig trente treinta",
    "40": "forty vierzig quarante cuarenta",
    "48": "achtundvierzig",
    "50": "fifty fünfzig cinquante cincuenta",
    "60": "sixty sechzig soixante sesenta",
    "90": "ninety neunzig noventa",
    "100": "hundred hundert cent cien",
    "1000": "thousand tausend mille mil",
}
NUMBER_WORDS = {name: value for value, names in _NUMBERS.items() for name in names.split()}

_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
DATE = re.compile(
    rf"\b(?P<day1>\d{{1,2}})(?:\.|st|nd|rd|th)?\s(?:of\s|de\s)?(?P<month1>{_NAMES})\b\.?"
    r"(?:,?\s(?:de\s)?(?P<year1>\d{4}))?"
    rf"|\b(?P<month2>{_NAMES})\b\.?\s(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s?%)"
    r"(?:,?\s(?P<year2>\d{4}))?",
    re.IGNORECASE,
)
"""A day and a month by name, with or without a year."""
