"""Words that stand before a number and say what it is, in the languages that customers write in."""

import re

_CALL = (
    r"call(?:ed|ing)?|phone|phn|ph|tel|telephone|mobile|mob|cell|whats\s?app|watsapp|whatsaap|whatapps|contact|reach|ring|sms|text|"
    r"dial|landline|helpline|viber|telegram|fax|rabta|raabta|rabita|tawag|tawagan|kontakin|numero|no\. hp|"
    r"فون|موبائل|واٹس\s?ایپ|وٹس\s?ایپ|رابطہ|کال|جوال|هاتف|واتساب|اتصل|फोन|मोबाइल|संपर्क|कॉल|व्हाट्सएप|"
    r"ఫోన్|మొబైల్|కాల్|వాట్సాప్|సంప్రదించండి|నా నంబర్"
)
_ORDER = (
    r"orders?|ordr|odr|ord|invoice|inv|tracking|track|awb|consignment|cn|shipment|shipping|parcel|package|ref|refs|"
    r"reference|ticket|tkt|case|complaint|txn|trx|tid|transaction|receipt|bill|sku|item|model|serial|imei|isbn|barcode|"
    r"ean|upc|pnr|booking|voucher|coupon|promo|code|otp|pin|build|version|ver|stamp|timestamp|epoch|unix|status|"
    r"customer id|user id|account id|client id|id|batch|lot|policy|waybill|docket|utr|rrn|"
    r"آرڈر|آڈر|ٹریکنگ|رسید|بل|انوائس|پارسل|شکایت|ٹکٹ|کوڈ|طلب|الطلب|فاتورة|شحنة|تتبع|"
    r"ऑर्डर|ट्रैकिंग|रसीद|बिल|इनवॉइस|शिकायत|कोड|ఆర్డర్|ట్రాకింగ్|బిల్లు|ఇన్వాయిస్|ఫిర్యాదు|టికెట్|కోడ్|"
    r"pedido|orden|factura|resibo|padala"
)
_PERSON = r"n\.?i\.?c|c\.?n\.?i\.?c|snic|nicop|id card|identity|aadhaa?r|adhaa?r|uidai?|شناختی|کارڈ نمبر|आधार|ఆధార్|ఆధార"
_CARD = r"card|visa|master\s?card|debit|credit|amex|atm|کارڈ|कार्ड|కార్డ్|కార్డు"
_MONEY = (
    r"rs|pkr|inr|usd|aed|sar|php|eur|gbp|price|amount|total|paid|pay|worth|cost|rupees?|rupay|روپے|روپیہ|रुपये|రూపాయలు"
)

LABEL = re.compile(
    rf"(?<!\w)(?:(?P<person>{_PERSON})|(?P<card>{_CARD})|(?P<order>{_ORDER})|(?P<money>{_MONEY})|(?P<call>{_CALL}))(?!\w)",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"(?<!\w)(?:my|mera|meri|mere|hamara|apna|our|her|his|میرا|میرے|मेरा|నా)\s+(?:\w+\s+)?(?:number|nmbr|num|no|numbr|نمبر|नंबर|నంబర్|నంబరు)(?!\w)",
    re.IGNORECASE,
)
"""Somebody's number is one by which they are reached, unless another word says that it is of an order."""
SENTENCE_END = re.compile(r"(?<!\bno)(?<!\bnr)(?<!\bnum)[.!?…](?=\s)|[\n;|।۔؟]", re.IGNORECASE)
MONEY_SIGN = re.compile(r"(?:[$€£₹₱¥﷼₨]|(?<!\w)(?:rs|pkr|inr|usd|aed|sar|php)\.?)\s?-?$", re.IGNORECASE)
MONEY_AFTER = re.compile(
    r"\s?(?:/-|[$€£₹₱]|(?:rs|pkr|inr|usd|rupees?|rupay|pesos?|روپے|रुपये|రూపాయలు)(?!\w))", re.IGNORECASE
)
