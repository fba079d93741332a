"""The words by which the default themes are also known, in the spellings that people use."""

DEFAULT_WORDS: dict[str, str] = {
    "delivery": """
        deliver*, delivr*, delivary, dilivery, delevery, dilevery, shipping, shipped, shipment*, ships, ship it,
        parcel*,
        parsel, parsal, courier*, couriar, package, packages, packaging, packing, packed, bubble wrap, dispatch*,
        tracking, rider, riders, out for delivery, in transit, arrived, never arrived, not received, on time
        ڈیلیور*, ڈلیور*, ڈیلوری, پارسل*, کورئیر*, کوریئر*, شپنگ, شپمنٹ, پیکنگ, پیکجنگ, پیکیجنگ, رائیڈر*, رائڈر*,
        ترسیل,
        ڈسپیچ*, آرڈر نہیں پہنچا, آرڈر نہیں ملا, وقت پر نہیں, دیر سے ملا, دیر سے آیا
        pohanch*, pohnch*, puhanch*, pahunch*, pahonch*, parcel nahi, order nahi aya, order nahi mila, nahi mila abhi,
        time par mila, time pe mila
        డెలివరీ*, డెలివర్*, పార్సిల్*, పార్శిల్*, కొరియర్*, షిప్పింగ్*, షిప్*, ప్యాకింగ్*, ప్యాకేజ్*, ప్యాకేజీ*,
        ఆర్డర్ రాలేదు, ఇంకా రాలేదు
        order raledu, inka raledu, parcel raledu, deliver cheyaledu, deliver chesaru
        nadeliver*, dineliver*, idineliver*, ideliver*, pagdeliver*, padeliver*, magdeliver*, nashipped, naship,
        pagkakabalot, pagkabalot, pagkabalot, nakabalot, binalot, balot, pagkakapack, pagkapack, napack,
        nakabubblewrap, dumating, dumarating, pagdating, natanggap, tagal dumating, di dumating, kuya rider,
        manong rider
        डिलीवरी*, डिलिवरी*, पार्सल*, कूरियर*, पैकिंग*
        envio*, entrega*, paquete*, repartidor*, mensajeria, frete, encomenda*, transportadora, correios, livraison*,
        livreur*, colis, livre en retard, liefer*, geliefert, paket, paketbote, versand*, zustell*, verpack*,
        consegn*,
        spedi*, pacco, corriere, pengiriman*, kurir*, ongkir, dikirim*, kiriman, belum sampai, belum datang,
        cepat sampai,
        kargo*, teslim*, توصيل*, التوصيل, شحن, الشحن, الشحنة, طرد, مندوب, المندوب, доставк*, курьер*, посылк*
    """,
    "refund": """
        refund*, reimburs*, money back, my money, return policy, returned it, return it, returning it, returns,
        to return,
        sent it back, send it back, exchange it, exchanged
        ریفنڈ*, ری فنڈ, پیسے واپس*, رقم واپس*, پیسہ واپس, واپسی*, واپس کر*, واپس نہیں, ریٹرن*, تبدیل کر*
        paise wapas, paise wapis, paisay wapas, paisay wapis, paisy wapis, pese wapis, pesy wapis, paisa wapas,
        paisa wapis, raqam wapas, raqam wapis, wapis karo, wapas karo, wapis kar*, wapas kar*, vapas kar*, vapis kar*,
        return kar*, exchange kar*, replacement, paise vapas, paisa vapas
        రీఫండ్*, రిఫండ్*, రిటర్న్*, రీప్లేస్*, డబ్బులు తిరిగి, డబ్బు తిరిగి, డబ్బులు వాపసు, డబ్బు వాపసు, వాపసు*
        dabbulu tirigi, dabbulu vapas*, money tirigi, return tisuko*, return cheyyi, return pett*, money raledu
        narefund*, marefund*, irefund*, magrefund*, nirefund*, pakirefund, ibalik, ibinalik, binalik, isauli, sinauli,
        balik ang pera, balik pera, ireturn*, nireturn*, nareturn*, magreturn*, return refund, palitan nyo,
        palitan niyo
        रिफंड*, पैसे वापस, पैसा वापस
        reembols*, devoluc*, devolver*, devuel*, devolv*, devolu*, estorn*, rembours*, ruckerstatt*, ruckgabe*,
        erstattet,
        erstattung*, geld zuruck, zuruckgeschickt, rimbors*, uang kembali, pengembalian*, dikembalikan, retur, iade*,
        paramı geri, استرداد*, استرجاع*, ارجاع*, فلوسي, возврат*, вернуть деньги
    """,
    "quality": """
        quality, qualities, qlty, qualty, quality wise, material*, fabric, durable, durability, sturdy, well made,
        broke,
        broken, breaks, defect*, faulty, damaged, cracked, torn, tear, scratch*, stitching, stitches, flimsy,
        works great,
        works well, works perfectly, works fine, stopped working, not working, doesnt work, didnt work, does not work,
        wont charge, size, sizes, fits, fitting, too small, too big, too tight, battery life, charger, screen quality
        کوالٹی*, کوالٹي, معیار*, مٹیریل*, میٹیریل*, کپڑا, کپڑے کا, ٹوٹ*, خراب نکل*, ناقص*, سائز*, سلائی*, مضبوط*,
        پائیدار*,
        پھٹ*, کام نہیں کر*, کام نہیں کرتا, رنگ اتر*
        kwality, kawality, kuality, qualiti, kwalty, kapra, kapre, kapda, kharab nikla, kharab nikli, kharab ho gaya,
        kharab ho gai, kharab hogaya, kharab hogya, toot gaya, toot gai, toot gya, tut gaya, tut gya, toota hua,
        phat gaya,
        phat gya, size chota, size bara, silai, mazboot, mazbut, payedar, paidar, kaam nahi kar*, kam nahi kar*,
        meyar,
        ghatiya quality, nakara
        క్వాలిటీ*, క్వాలిటి*, నాణ్యత*, నాణ్యమైన, పాడైపో*, పాడైంది, పాడయ్యింది, విరిగిపో*, పగిలి*, చిరిగి*, సైజు*,
        సైజ్*, బట్ట*, మెటీరియల్*,
        పనిచేయడం లేదు, పని చేయడం లేదు
        padaipoyindi, paadaipoyindi, padayipoyindi, virigipoyindi, pagilipoyindi, chirigipoyindi, pani cheyatledu,
        pani cheyadam ledu, pani cheyatam ledu, work avvatledu, work avatledu, nanyata
        kwaliti, kalidad, tela, manipis, makapal, matibay, tibay, sira, sirain, nasira, nasisira, may sira, basag,
        nabasag,
        gumagana, gumana, gumana naman, hindi gumagana, di gumagana, ayaw gumana, di gumana, punit, napunit, tahi,
        tastas,
        kasya, maluwag, masikip, sukat, sakto, malaki, maliit, marupok, depekto, depektibo, umaandar, kumukupas
        क्वालिटी*, क्वालिटि*, खराब हो, टूट*
        calidad, qualidade, qualite, qualitat, qualita, kualitas*, kalite*, se rompio, roto, rota, estropead*,
        defeituos*,
        quebrou, quebrad*, casse, cassee, defectueu*, kaputt, defekt*, rotto, difettos*, rusak*, jelek, bahan,
        bahannya,
        ukuran*, bozuk, bozuldu, kirik, kumasi, جودة*, الجودة, خامة, مكسور*, تالف, качеств*, сломал*, брак
    """,
    "authenticity": """
        fake*, counterfeit*, knockoff, knock off, replica, original, orig, authentic*, genuine, scam*, scammer*,
        fraud*,
        cheated, cheater*, cheating, wrong item, wrong product, wrong color, wrong colour, wrong size, wrong order,
        different item, different product, not as described, as described, not as pictured, as pictured, as shown,
        same as picture, same as the picture, different from the picture, missing item, missing items, incomplete
        نقلی*, اصلی*, جعلی*, فراڈ*, دھوکہ*, دھوکا*, دھوکے*, فیک, اوریجنل*, اورجنل*, غلط چیز*, غلط پروڈکٹ*, غلط آئٹم,
        غلط رنگ,
        تصویر میں*, تصویر جیس*, تصویر سے*, تصاویر جیس*, ڈپلیکیٹ
        naqli, nakli, nqli, asli, aslee, jali, jaali, duplicate, dublicate, froud, farod, frod, dhoka, dhokha, dhoke,
        dhokay, galat cheez, ghalat cheez, galat product, ghalat product, galat bhej*, ghalat bhej*, pic me,
        picture jaisa,
        picture jesa, tasveer jaisi, tasveer jesi, tasveer me, tasver, pic se different, orignal, orginal, aslii
        నకిలీ*, ఫేక్*, ఒరిజినల్*, డూప్లికేట్*, మోసం*, మోసపో*, మోసగా*, ఫ్రాడ్*, తప్పు వస్తువు, వేరే వస్తువు, అసలైన
        mosam*, mosapoy*, nakili, duplicate pamp*, vere item, vere product, wrong pamp*, original kadu, fake ra
        peke, pekeng, orihinal, mali, maling, mali ang, mali yung, kulang, iba ang kulay, iba yung kulay, ibang kulay,
        iba sa picture, iba sa pic, nasa picture, nasa pic, nasa larawan, manloloko, niloko, naloko, naiscam,
        nascam, budol,
        hindi original, di original, legit, kumpleto, wala sa
        नकली*, असली*, धोखा*, फ्रॉड*
        falso, falsa, falsific*, estafa*, estafador*, engan*, original*, pirata, golpe, falsifi*, contrefacon*,
        arnaque*,
        falschung*, betrug*, betruger*, truffa*, contraffatt*, palsu, asli, penipu*, penipuan, salah kirim,
        tidak sesuai,
        sesuai gambar, sahte*, orijinal*, dolandiri*, تقليد, مقلد, اصلي, مزور, نصب, نصاب*, احتيال, подделк*,
        оригинал*,
        обман*, мошенник*
    """,
    "staff": """
        staff*, waiter*, waitress*, cashier*, manager*, receptionist*, front desk, reception, desk clerk, crew,
        cabin crew,
        flight attendant*, stewardess*, attendant*, employee*, rude, rudely, polite, courteous, friendly, unfriendly,
        helpful staff, driver, drivers, guard, doorman, concierge, housekeeper*, attitude, behaviour, behavior,
        unprofessional
        عملہ, عملے*, سٹاف*, اسٹاف*, ویٹر*, مینیجر*, منیجر*, بدتمیز*, بد تمیز*, بدسلوکی*, رویہ*, رویے*, ڈرائیور*,
        ملازم*, اخلاق*,
        بداخلاق*, خوش اخلاق*
        badtameez*, badtamiz*, bad tameez*, battameez*, badtmeez, rawaiya, rawayya, rawaia, raweya, ravaiya, behave,
        bihave,
        salesman, tameez, akhlaq, ikhlaq, manager ne, driver ne, mulazim
        సిబ్బంది*, స్టాఫ్*, వెయిటర్*, మేనేజర్*, డ్రైవర్*, ప్రవర్తన*, మర్యాద*, దురుసు*
        sibbandi, maryada, pravarthana, behaviour chala, respect ledu, respect istaru
        tauhan, kahera, kahera, guwardiya, guard, bastos, sungit, masungit, suplada, suplado, mabait, mababait,
        magalang,
        walang modo, nagsusungit, antipatika, maasikaso, accommodating, approachable, drayber
        स्टाफ*, कर्मचारी*, बदतमीज*, व्यवहार*
        personal, camarer*, meser*, emplead*, groser*, amable*, maleducad*, atendente*, funcionari*, garcom, garcons,
        educad*, personnel, serveur*, serveuse*, vendeur*, vendeuse*, impoli*, aimable*, personal war, mitarbeiter*,
        kellner*,
        unfreundlich*, freundlich*, bedienung, camerier*, scortes*, gentil*, pelayan*, karyawan*, ramah, kasir,
        personel*,
        garson*, calisan*, kaba, موظف*, الموظف*, النادل, طاقم, الطاقم, персонал*, официант*, хамств*
    """,
    "price": """
        price*, pricing, priced, pricey, cost, costs, costly, expensive*, cheap, cheaper, cheapest, afford*,
        value for money,
        value for the money, worth the money, worth it, worth the price, not worth, waste of money, overpriced,
        over priced,
        discount*, bargain, rip off, ripoff, rates, fare, fares, fee is, free shipping, good value, money wasted
        قیمت*, مہنگ*, سست*, مناسب دام, دام, ریٹ*, ڈسکاؤنٹ*, رعایت*, پیسے ضائع*, پیسوں کا ضیاع, پیسے برباد, پیسے وصول
        mehnga*, mehngi*, mehenga, mahanga*, mehga*, mehngay, mehnge, mengi, menga, sasta, sasti, saste, qeemat*,
        qemat*,
        qimat*, keemat*, kimat*, munasib, munasab, paise barbad, paise zaya, paisay zaya, paise waste, paisa waste,
        paisa vasool, paise vasool, pesay zaya, rate ziada, price ziada
        ధర*, రేటు*, రేట్*, ఖరీదు*, ఖరీదైన, చౌక*, చవక*, డిస్కౌంట్*, డబ్బులు దండగ, డబ్బు దండగ, డబ్బులు వేస్ట్
        rate, dhara, dharalu, karidu, dabbulu dandaga, dabbulu waste, dabbulu vest, takkuva ke, chavaka, money waste,
        worth kadu, worth undi
        presyo, mahal, mamahal, ang mahal, napakamahal, mura, murang, mumurahin, napakamura, pinakamura, sulit,
        sulit na sulit,
        sayang pera, sayang ang pera, sayang bayad, halaga, tipid, sale, discounted, worth the wait
        कीमत*, महंग*, सस्त*, दाम
        precio*, caro, cara, barat*, preco*, cher, chere, prix, teuer*, preis*, gunstig*, billig*, prezzo, prezzi,
        costoso,
        economic*, harga*, mahal, murah, terjangkau, fiyat*, pahali, ucuz*, سعر*, السعر, اسعار*, الاسعار, غالي,
        رخيص*, цен*,
        дорог*, дешев*
    """,
    "app": """
        app, apps, application, website, web site, site is, webpage, login, log in, logging in, logged out, sign in,
        otp,
        password, update, updated, updates, crash*, bug, bugs, buggy, glitch*, freezes, freezing, loading, install*,
        uninstall*, download*, interface, user friendly, ui, ads, notification*, server down, error message
        ایپ*, ایپلیکیشن*, ویب سائٹ*, ویبسائٹ*, لاگ ان*, لاگن, پاس ورڈ*, اپڈیٹ*, اپ ڈیٹ*, ڈاؤن لوڈ*, انسٹال*, او ٹی پی
        aap crash, ap crash, aplication, aplikeshan, web site, log in nahi, login nahi, update ke baad, hang ho*,
        hang hoti,
        open nahi ho*, khulti nahi, khul nahi
        యాప్*, అప్లికేషన్*, వెబ్‌సైట్*, లాగిన్*, పాస్‌వర్డ్*, అప్‌డేట్*, అప్డేట్*, డౌన్‌లోడ్*, ఇన్‌స్టాల్*, ఓటీపీ*
        hang avutundi, hang avuthundi, open avvatledu, open avatledu, login avvatledu, install chesa*
        nagcrash, nagkacrash, naglolog, maglogin, makalogin, makapaglogin, nagloloading, naghahang, nagerror, iupdate,
        maopen, mabuksan ang app, inistall, dinownload, idownload
        ऐप*, एप*, वेबसाइट*, लॉगिन*
        aplicacion*, aplicativo*, aplikasi*, pagina web, sitio web, iniciar sesion, contrasena, atualiza*,
        actualiz*, logiciel,
        mise a jour, anwendung, anmelden, einloggen, absturz*, sturzt ab, applicazione, aggiornament*, situs, unduh,
        uygulama*, guncelle*, sifre, giris yap*, تطبيق*, التطبيق*, الموقع, تحديث*, التحديث, приложени*, сайт,
        обновлени*
    """,
    "support": """
        customer service*, customer care, customer support, costumer service, costumer care, support team,
        tech support,
        technical support, helpline, help line, help desk, hotline, call center, call centre, call centers,
        complaint*,
        complain, complained, complaining, no response, no reply, not responding, unresponsive, respond, responds,
        responded,
        replied, reply, on hold, agent, agents, ticket, tickets, ignored my, my emails, escalat*, after sales,
        customer relations, live chat, chat support, representative*
        کسٹمر سروس*, کسٹمر کیئر*, کسٹمر سپورٹ*, ہیلپ لائن*, ہیلپ لاین, کال سینٹر*, شکایت*, شکایات, جواب نہیں*,
        جواب نہ*,
        رابطہ*, نمائندہ*, نمائندے*, فون نہیں اٹھا*, کال نہیں
        custmer care, custumer care, costmer service, shikayat*, shikayt*, shikait*, jawab nahi*, jawab nhi,
        jwab nahi,
        jwab nhi, reply nahi*, reply nhi, response nahi*, response nhi, phone nahi uth*, call nahi uth*,
        call nhi uth*,
        rabta, numainda, numainde, complain kar*, help line, complain ki
        కస్టమర్ కేర్*, కస్టమర్ సర్వీస్*, కస్టమర్ సపోర్ట్*, హెల్ప్‌లైన్*, కాల్ సెంటర్*, ఫిర్యాదు*, స్పందించ*,
        స్పందన*, కంప్లైంట్*, ఫోన్ ఎత్త*
        phone ettatledu, phone ethatledu, call lift, lift cheyatledu, lift cheyaru, response ledu, reply ledu,
        reply ivvatledu, response ivvatledu, complaint ich*, pattinchuk*
        sumasagot, sumagot, sagot, nagreply, nagrereply, nagreresponse, magreply, reklamo, nagreklamo, inireklamo,
        seen lang,
        di nagreply, hindi nagrereply, hindi sumasagot, walang sagot, walang reply, responsive, kausap,
        mabilis magreply,
        nagcomplain, kontakin, macontact
        कस्टमर केयर*, कस्टमर सर्विस*, हेल्पलाइन*, शिकायत*
        servicio al cliente, atencion al cliente, servicio tecnico, reclamo*, reclamacion*, queja*, no contestan,
        no responden,
        atendimento ao cliente, atendimento, suporte, reclamac*, sac, service client, reclamation*, hotline,
        ne repond*,
        kundenservice*, kundendienst*, beschwerde*, servizio clienti, assistenza clienti, assistenza, reclam*,
        layanan pelanggan, pelayanan, keluhan, komplain, tidak dibalas, tidak direspon, fast respon, musteri hizmet*,
        sikayet*, cagri merkez*, خدمة العملاء, الدعم الفني, شكوى, شكاوى, لا يرد*, لا احد يرد, служба поддержки,
        поддержк*, жалоб*
    """,
    "billing": """
        bill, bills, billing, billed, charged, charges, charging me, overcharg*, double charged, invoice*, deducted,
        deduct*, deduction, subscription*, payment*, paid twice, hidden fee*, hidden charge*, fees, credit card,
        debit card,
        my account, balance, recharge*, autopay, auto renew*, transaction*, tax, taxes, top up, topup, voucher*
        بل, بلوں, بلز, چارجز*, بیلنس*, کٹوتی*, کاٹ لی*, کاٹ لئے, کٹ گئے, ادائیگی*, پیمنٹ*, ری چارج*, ریچارج*, ٹیکس*,
        اکاؤنٹ سے, رقم کٹ*
        bill ziada, bill zyada, charges laga*, balance kat*, paise kat*, paisay kat*, pese kat*, paise kaat*,
        kat gaye,
        kat liye, kaat liye, katoti, adaigi, payment fail*, easypaisa, jazzcash
        బిల్లు*, బిల్*, ఛార్జీ*, చార్జీ*, పేమెంట్*, బ్యాలెన్స్*, రీఛార్జ్*, రీచార్జ్*, కట్ అయ్య*, డెబిట్*, చెల్లింపు*
        money cut, money kat ay*, balance cut, dabbulu cut, debit ay*, bill ekkuva, charges vesaru, payment ayy*
        singil, siningil, sinisingil, naningil, bayarin, kaltas, kinaltas*, nakaltas*, kinaltasan, nabawas*, binawas*,
        binabawas, nakaltasan, load ko, gcash, paymaya, bill ko, bill namin, doble ang, nabayaran, resibo,
        dagdag bayad
        बिल, पेमेंट*, भुगतान*, बैलेंस*, रिचार्ज*
        factura*, cobr*, cargo no, tarjeta, fatura*, cobranca*, boleto*, cartao, factur*, preleve*, prelevement*,
        rechnung*,
        abgebucht, abbuchung*, bolletta, bollette, addebit*, fattura*, tagihan*, pembayaran*, pulsa, saldo, potong*,
        fatura*,
        odeme*, ucret kes*, فاتورة*, الفاتورة, خصم, رصيد*, الرصيد, دفع, الدفع, счет, оплат*, списали
    """,
    "hygiene": """
        dirty, filthy, filth, unclean, hygien*, unhygien*, clean, cleaned, cleaning, cleanliness, spotless, sanit*,
        stink*,
        stinks, smelly, smelt, mold, mould, moldy, mouldy, cockroach*, roach, roaches, bed bug*, bedbug*, bugs in,
        rats,
        mice, flies, insects, hair in, worms, stains, stained, food poisoning, got sick, expired, rotten, stale,
        toilet*,
        washroom*, dust, dusty
        گند*, صفائی*, صاف ستھر*, کاکروچ*, لال بیگ, کیڑ*, بدبو*, باسی*, غلیظ*, مکھی*, سڑ*, ایکسپائر*, بال نکل*
        ganda tha, gandi thi, gande, gandagi, safai, saaf suthr*, saf suthr*, badbu*, badboo*, cockroach nikla, keera,
        keeray, keere, kira nikla, makhi, makhiyan, baal nikla, baasi, expire, expired, sara hua
        శుభ్ర*, అపరిశుభ్ర*, మురికి*, పరిశుభ్ర*, బొద్దింక*, పురుగు*, దుర్వాసన*, కంపు*, పాచి*, నీట్*, కుళ్ళి*, ఈగలు
        shubram*, subram*, shubhram*, muriki, bodhinka, boddinka, purugu*, durvasana, vasana, kampu, neat ga, clean ga
        madumi, dumi, marumi, nakakadiri, kadiri, ipis, daga, langaw, uod, amoy, mabaho, baho, panis, malinis,
        linis, kalinisan,
        bulok, nalason, nasira ang tiyan, sumakit ang tiyan, amag, may buhok
        गंद*, सफाई*, बदबू*, कॉकरोच*, कीड़*
        suci*, limpi*, limpieza, cucaracha*, asco, asqueros*, podrid*, sujo, suja, sujeira, limpo, limpa, limpeza,
        barata no,
        nojent*, mofo, sale, propre, proprete, cafard*, moisi*, schmutzig*, dreckig*, sauber*, schimmel*,
        kakerlake*, sporc*,
        pulit*, pulizia, scarafagg*, muffa, kotor*, bersih*, kecoa*, bau, basi, kirli*, pis, temiz*, hamambocegi,
        وسخ*, قذر*,
        نظيف*, نظافة, النظافة, صرصور*, صراصير, гряз*, чист*, таракан*
    """,
    "safety": """
        danger*, unsafe, hazard*, fire, caught fire, on fire, flames, smoke, smoking hot, burn, burned, burnt,
        burning smell,
        burns, explod*, explosion, exploded, electric shock, electrocut*, shock, spark*, short circuit, melted,
        overheat*,
        injur*, hurt my, allerg*, rash, choking, recall, sharp edges, safety, safe to use, accident, robbed, stolen,
        theft
        خطرناک*, خطرہ, آگ لگ*, آگ, دھماک*, کرنٹ*, جھٹکا*, دھواں, شارٹ سرکٹ, جل گی*, جل گئی, زخمی*, الرجی*, محفوظ*,
        حادث*, چوری*
        khatarnak*, khatrnak, aag lag*, aag lg*, dhamaka, dhuan, dhuwan, current lag*, current laga, jhatka, jal gaya,
        jal gai, jal gya, phat gai, blast*, short circuit, zakhmi, chori, hadsa
        ప్రమాద*, షాక్*, మంటలు*, మంట*, పొగ*, పేలి*, కాలిపో*, కాలింది, గాయ*, సేఫ్*, ఎలర్జీ*
        pramadam, shock kott*, mantalu, poga, pelipoyindi, pelindi, kalipoyindi, blast ay*, gayalu, safe kadu
        delikado, mapanganib, sumabog, pumutok, umusok, nasunog, masunog, nakuryente, kuryente, grounded, nagspark,
        nasugatan, nasaktan, nagkaallergy, nangati, nagrashes, ligtas, aksidente, nanakaw, nag init, umiinit
        खतरनाक*, आग, करंट*
        peligro*, incendi*, quem*, explot*, descarga electrica, perigo*, explodiu, choque eletrico, dangereu*,
        incendie,
        explose*, brule*, gefahrlich*, brand, explodier*, stromschlag*, verbrannt*, pericolos*, scossa, esplos*,
        bahaya,
        berbahaya, terbakar, meledak, kesetrum, tehlike*, yangin, patladi, yandi, خطير*, خطر, حريق, انفجر*,
        صدمة كهربائية, опасн*,
        пожар*, взорвал*
    """,
    "food": """
        food*, meal*, taste*, tasty, tasteless, delicious, yummy, flavor*, flavour*, breakfast, lunch, dinner, buffet,
        restaurant, coffee, tea, drink, drinks, juice, pizza, burger*, chicken, biryani, biriyani, rice, bread,
        soup, dessert,
        cake, snacks, spicy, undercooked, overcooked, dish, dishes, portion*, menu, catering, wine, beer, cook, cooked
        کھان*, ذائق*, مزیدار*, مزے دار*, لذیذ*, بریانی*, چائے*, برگر*, پیزا*, چکن*, نمک*, مرچ*, سالن*, روٹی*, گوشت*,
        پھیکا
        khana, khane, khanay, khaany, zaiqa, zaika, zayka, mazedar, mazaydar, mazedaar, lazeez, chai, roti, gosht,
        namak,
        mirch, salan, swad, swaad, tikka, karahi
        భోజనం*, భోజన*, రుచి*, ఆహార*, తిండి*, బిర్యానీ*, చికెన్*, టిఫిన్*, టీ, కాఫీ*, ఉప్పు*, కారం*, అన్నం*, కూర*, వంట*
        bojanam, bhojanam, ruchi*, tindi, tiffin, annam, kura, koora, uppu, karam, thinna*, tinna*, tinali, curry
        pagkain, pagkaen, masarap, sarap, ang sarap, napakasarap, lasa, malasa, walang lasa, matabang, maalat, alat,
        ulam, kanin,
        inumin, kape, timpla, almusal, tanghalian, hapunan, luto, lutong, karne, manok, sabaw, tinapay, kinain,
        milktea
        खाना*, खाने*, स्वाद*, बिरयानी*, चाय
        comida*, sabor*, ricos, delicios*, rico, desayuno, cena, plato*, platillo*, cafe, cafe da manha, gostos*,
        saboroso*,
        jantar, almoco, nourriture, repas, plat, plats, delicieu*, petit dejeuner, essen, geschmack*, lecker*,
        fruhstuck*,
        speise*, cibo, mangiare, piatti, piatto, colazione, buoniss*, makanan*, enak*, rasa, rasanya, masakan,
        minuman, yemek*,
        lezzet*, kahvalti*, طعام*, الطعام, الاكل, اكل, لذيذ*, طعم, الطعم, وجبة, еда, еду, вкусн*, блюд*, завтрак*
    """,
}
"""By theme: words and phrases between commas or line ends; `*` stands for any ending."""
