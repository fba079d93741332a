"""Replies in Urdu in Latin letters, as many write it: the same sentences as in `urdu`."""

from monitor.replies.sentences import ANY, Phrases

ROMAN_URDU = Phrases(
    tag="ur-Latn",
    greeting="Assalam o alaikum {name},",
    greeting_unnamed="Assalam o alaikum,",
    opening=(
        "Humein batane ka shukriya.",
        "Humein aagah karne ka shukriya.",
        "Apni baat hum tak pohanchane ka shukriya.",
    ),
    empathy={
        ANY: (
            "Hum samajh sakte hain ke yeh kitni pareshani ki baat hai.",
            "Aap ki nakhushi hamari samajh mein aati hai.",
        ),
        "delivery": (
            "Jis order ka intezar ho, woh waqt par na mile to waqai pareshani hoti hai.",
            "Aap ka order aap ko waqt par aur sahi jagah par milna chahiye.",
        ),
        "refund": (
            "Refund ke liye bar bar kehna pare to takleef hoti hai.",
            "Baat paison ki ho to aap ko saaf jawab milna chahiye.",
        ),
        "quality": (
            "Paise kharch hon to cheez achi aur paidar honi chahiye.",
            "Khareedi hui cheez tawaqqo ke mutabiq na ho to mayoosi hoti hai.",
        ),
        "authenticity": (
            "Jo aap ne mangwaya, wohi milna aap ka haq hai.",
            "Yeh bharosa zaroori hai ke cheez asli ho aur wohi ho jo mangwayi gayi.",
        ),
        "staff": (
            "Hamari taraf se har aik ke sath izzat se pesh aana zaroori hai.",
            "Hamare haan aap ke sath hamesha acha bartao hona chahiye.",
        ),
        "price": (
            "Hum samajh sakte hain ke qeemat aap ki tawaqqo ke mutabiq nahi thi.",
            "Aap ko apne paison ka poora faida milna chahiye.",
        ),
        "app": (
            "Koi kaam karna ho aur app ya website sath na de to koft hoti hai.",
            "App ko kaam aasan karna chahiye, mushkil nahi.",
        ),
        "support": (
            "Madad mangne par madad na mile to pareshani aur barh jati hai.",
            "Bar bar madad mangni pare to thakan ho jati hai.",
        ),
        "billing": (
            "Aisi raqam nazar aaye jis ki tawaqqo na ho to fikr hoti hai.",
            "Bill ki har raqam aap par wazeh honi chahiye.",
        ),
        "hygiene": (
            "Safai to hamare haan har haal mein honi chahiye.",
            "Safai bohat aham hai, aur aap ki tashweesh hamari samajh mein aati hai.",
        ),
        "safety": (
            "Umeed hai aap khairiyat se hain. Aap ki hifazat sab se pehle hai.",
            "Umeed hai kisi ko chot nahi aayi. Aap ki hifazat se barh kar kuch nahi.",
        ),
        "food": (
            "Achay khane ki umeed poori na ho to mayoosi hoti hai.",
            "Khane ka lutf aana chahiye, aur aap ki nakhushi hamari samajh mein aati hai.",
        ),
    },
    apology=(
        "Is ke liye hum maazrat khwah hain.",
        "Humein is par afsos hai, maazrat qabool kijiye.",
        "Aap ke is tajurbe par hum maazrat khwah hain.",
    ),
    ownership=(
        "Mera naam {agent} hai, aur masla hal hone tak yeh meri zimmedari hai.",
        "Main {agent} hoon, aur masla hal hone tak aap ke sath hoon.",
        "Mera naam {agent} hai, aur masla hal hone tak aap ka rabta mujh se rahe ga.",
    ),
    step={
        ANY: "Hum maloom kar rahe hain ke kya hua tha.",
        "delivery": "Hum delivery team se maloom kar rahe hain ke aap ke order ka kya hua.",
        "refund": "Hum dekh rahe hain ke aap ka refund kis marhale mein hai.",
        "quality": "Hum apni team se maloom kar rahe hain ke aisa kyun hua aur kya kiya ja sakta hai.",
        "authenticity": "Hum maloom kar rahe hain ke aap ko kya bheja gaya aur woh kahan se aaya.",
        "staff": "Hum us waqt duty par maujood staff se baat kar rahe hain.",
        "price": "Hum dekh rahe hain ke yeh qeemat kaise tay hui.",
        "app": "Hum yeh baat abhi apne developers tak pohancha rahe hain. Agar kaam fori hai to bata dein ke kya karna tha, "
        "hum madad karein ge.",
        "support": "Aap ne humein jo kuch likha hai, hum woh sab shuru se parh rahe hain.",
        "billing": "Hum aap ka bill aur payments aik aik kar ke dekh rahe hain.",
        "hygiene": "Hum yeh baat aaj hi mutaliqa manager tak pohancha rahe hain taake mauqe par janch ho sake.",
        "safety": "Hum yeh baat abhi zimmedar manager ko bata rahe hain.",
        "food": "Hum aaj hi kitchen ki team se baat kar rahe hain.",
    },
    promise=(
        "Hum {by} tak aap ko batayein ge ke kya maloom hua aur aage kya ho ga.",
        "{by} tak aap ko mera jawab mil jaye ga.",
        "Hum {by} tak aap se dobara rabta karein ge aur batayein ge ke aage kya karna hai.",
    ),
    ask_order="Barah-e-karam apna order number humein private message mein bhej dein taake hum foran dekh sakein.",
    alternative="Agar yeh mumkin na hua to {alternative}.",
    offer="Aap ko jo zehmat hui, us ke badle: {offer}.",
    closing="{agent}, {brand}",
    thanks=(
        "Aap ke achay alfaaz ka shukriya.",
        "Hosla afzai ka bohat shukriya.",
        "Yeh parh kar bohat khushi hui, shukriya!",
    ),
    passed_on=(
        "Hum yeh baat un tak pohancha rahe hain jin ki yeh mehnat hai.",
        "Hamari team yeh parh kar bohat khush ho gi.",
        "Dobara aap ki khidmat kar ke humein khushi ho gi.",
    ),
    follow_up="Chand din pehle aap ne humein aik masla bataya tha. Kya ab sab theek hai? Agar kuch reh gaya ho to yahin "
    "bata dein, yeh meri zimmedari hai.",
    by={
        0: "{weekday} raat {clock} baje",
        4: "{weekday} subah {clock} baje",
        12: "{weekday} dopahar {clock} baje",
        16: "{weekday} shaam {clock} baje",
        19: "{weekday} raat {clock} baje",
    },
    weekdays=("Peer", "Mangal", "Budh", "Jumerat", "Juma", "Hafta", "Itwar"),
)
