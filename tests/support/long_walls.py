"""Walls that talk: 50 to 90 words of running text, no form, no status; and pages as short that are what was asked for.

All 16 walls passed for pages before words that speak to the reader were counted. They were written before that list
of words, but with one hand: they show that the sign works, not how many walls of the world it knows.
"""

WALLS: tuple[tuple[str, str], ...] = (
    ("en, a newspaper outside its region", """We recognise that you are reading from a place inside the European Economic Area, where
the General Data Protection Regulation applies. For the moment we cannot offer our journalism to readers there. If you have a question about
your print delivery, write to the circulation desk or telephone the number that stands on the back of your last bill. We regret the inconvenience."""),
    ("en, a firewall's refusal", """Why am I seeing this? The owner of this site uses a service that shields it from attacks online. What you just did
set off that shield. There are several things that could do so, among them sending a certain word or phrase, a database command or malformed data. What can I
do to resolve this? You can write to the owner and tell what you were doing when this page came up, with the ray number at the foot."""),
    ("en, a metered paper", """You have read your three stories for this month. Independent reporting costs money: our correspondents were on the
bridge, in the bakery and in the field hospital when nobody else was. For less than the price of a coffee each week you get every story, the puzzles and the
Sunday supplement, and you may stop whenever you like. Choose the plan that suits you to go on with this story about the valley and its people."""),
    ("en, a network's shell", """This content isn't visible right now. When this happens, it is usually because the owner only shared it with a
small group of people, changed who can see it, or it has been taken away. Go to your feed, go back to where you came from, or visit our help centre, where
volunteers and staff answer questions about the service at every hour of the day and of the night, in more than forty languages."""),
    ("en, a parked name", """Are you the holder of this name? Its registration was not renewed in time and it is now in the grace period. Renew it
with your registrar in the next thirty days, or it will go to auction. Interested buyers may leave an offer with our brokers, who have sold many thousands
of names since the beginning of the century, and who will tell you within one working day what the present holder would accept for it."""),
    ("en, an application's page", """Your program for looking at pages is too old for this experience. To see everything that people share here, with
pictures that move smoothly and conversations that appear by themselves, please bring it up to date or choose one of these: each can be had for nothing and is
made by people who care about your safety. Whoever cannot change it may use the small version of our service, which shows words only."""),
    ("ru, ограничение", """Этот материал показывается только тем, кто поддерживает редакцию. Мы работаем без рекламы и без хозяев, и каждая ваша тысяча
позволяет нам ездить туда, где никого больше нет. Оформите подписку на месяц или на год, и вам откроются все расследования, архив за двенадцать лет и
письмо главного редактора по пятницам. Если вы уже с нами, назовите адрес своей почты, и мы пришлём вам ссылку, по которой можно читать дальше."""),
    ("ru, проверка", """Кажется, запросы с вашего устройства похожи на те, что посылает машина. Так бывает, если через одну сеть выходит много людей или
если установлено расширение, которое загружает страницы само. Передвиньте ползунок до конца, и мы сразу покажем вам то, что вы искали. Если это
сообщение приходит вам часто, напишите в службу поддержки и приложите номер, который стоит внизу, чтобы мы могли разобраться в том, что происходит."""),
    ("ar, اشتراك", """هذا التقرير متاح لمن يدعم صحافتنا المستقلة. نعمل بلا إعلانات وبلا مالكين، وكل مساهمة صغيرة منكم تتيح لمراسلينا أن يصلوا إلى
القرى التي لا يصل إليها أحد. اختر الاشتراك الشهري أو السنوي لتقرأ كل التحقيقات والأرشيف كاملا منذ عشر سنوات، ولتصلك رسالة رئيس التحرير كل يوم جمعة. إذا كنت
معنا من قبل فاكتب عنوان بريدك وسنرسل إليك رابطا تكمل به القراءة من حيث توقفت في هذا التقرير الطويل عن الجسر والمخبز."""),
    ("ar, عطل", """يبدو أن الصفحة التي تبحث عنها انتقلت أو أن صاحبها غير من يستطيع رؤيتها، أو أن الرابط الذي وصلت منه قديم. يمكنك أن تعود إلى الصفحة
الأولى أو أن تبحث عن الموضوع في الخانة التي في الأعلى، أو أن تكتب إلى فريقنا ونحن نجيب في كل ساعة من الليل والنهار وبأربعين لغة. نعتذر عن هذا الإزعاج ونعمل على أن
لا يتكرر مرة أخرى، وشكرا لصبركم وثقتكم بنا في كل هذه السنين."""),
    ("fr, un journal payant", """La suite de ce reportage est réservée à celles et ceux qui soutiennent la rédaction. Sans publicité et sans actionnaire, nous
envoyons nos reporters là où plus personne ne va. Choisissez l'offre au mois ou à l'année pour lire toutes nos enquêtes, douze ans d'archives et la lettre du
vendredi. Vous êtes déjà des nôtres ? Indiquez votre adresse et nous vous enverrons un lien pour reprendre la lecture là où vous l'avez laissée."""),
    ("fr, une pause", """Notre service prend un peu de repos. Nous déplaçons nos machines vers une nouvelle salle, plus sobre, et cela prendra jusqu'à demain
matin. Pendant ce temps rien de ce que vous avez écrit ne se perd, et tout vous attendra à votre retour. Si vous avez une question urgente, notre équipe répond par
téléphone. Merci de votre patience, et pardon pour la gêne que cela vous cause en ce soir de grande actualité."""),
    ("es, un diario de pago", """Has leído las cinco noticias de este mes. El periodismo que va a los valles y a los hospitales cuesta dinero, y no tenemos más
dueño que nuestros lectores. Por menos de lo que vale un café a la semana puedes leerlo todo, el archivo entero y la carta de los viernes. Elige tu plan de
suscripción y sigue leyendo esta historia en el punto en el que la dejaste; podrás dejarlo cuando quieras, sin dar explicaciones a nadie."""),
    ("es, un filtro", """Hemos notado mucha actividad desde tu conexión y, antes de seguir, queremos saber que hay una persona al otro lado. Puede ocurrir
cuando muchas personas comparten la misma red, o cuando un programa abre páginas por su cuenta. Arrastra la pieza hasta su hueco y te llevaremos adonde ibas. Si el
aviso vuelve con frecuencia, escribe a nuestro equipo de atención con el número que aparece debajo, y veremos qué está ocurriendo con ella."""),
    ("tr, ücretli bir gazete", """Bu ay okuyabileceğiniz üç haberi okudunuz. Köprüye, fırına ve sahra hastanesine giden muhabirlerimizin ardında ne reklam var ne de
patron; yalnızca okurlarımız var. Haftada bir kahve parasından daha azına bütün araştırmaları, on iki yıllık arşivi ve cuma mektubunu alabilirsiniz. Size uyan aboneliği
seçin ve vadi hakkındaki bu haberi kaldığınız yerden okumayı sürdürün; dilediğiniz zaman bırakabilirsiniz."""),
    ("tr, bir denetim", """Bağlantınızdan alışılmadık sayıda istek geldi ve sürdürmeden önce karşımızda bir insan olduğunu bilmek istiyoruz. Aynı ağı birçok kişi
kullandığında ya da bir eklenti sayfaları kendiliğinden açtığında böyle olur. Parçayı boşluğa sürükleyin, sizi hemen gideceğiniz yere götürelim. Bu uyarı sık sık
geliyorsa alttaki numarayı ekleyip destek ekibimize yazın; neler olduğuna birlikte bakalım."""),
)
PAGES: tuple[tuple[str, str], ...] = (
    ("en, a notice", """The bridge at the mill was hit at nine in the morning on Tuesday. Two carts were on it, and the driver of the second was brought to
the field hospital with a broken arm. By noon the men of the village had laid planks across the gap, and at two o'clock the first people crossed on foot. The baker,
whose oven stands on the far bank, sold what he had from a barrow. Nobody could say from which side the shells had come."""),
    ("en, a post", """Day three in the valley. Water came back for an hour this morning and everybody filled what they had: pots, baths, a child's boat. My
grandmother counted eleven planes before breakfast and then stopped counting. The school on the hill still has its roof. We hear that the road to the north is
open for those with a car and petrol, which is to say for nobody I know. The oranges are ripe and there is no market to bring them to."""),
    ("en, minutes", """Present were the mayor, the two doctors and nine heads of families. The first matter was the well behind the mosque, which gives half of what
it gave in spring. It was agreed to dig four metres deeper as soon as the pump can be spared. The second matter was the wheat. Forty sacks are left in the
store beneath the school, and each family will have one before the feast. The meeting closed at dusk, and the next was fixed for the first of the month."""),
    ("ru, заметка", """Утром во вторник снаряд попал в мост у мельницы. На мосту были две телеги, возницу второй отвезли в полевой госпиталь со сломанной рукой.
К полудню мужчины деревни положили доски через пролом, и в два часа по ним прошли первые люди. Пекарь, чья печь стоит на том берегу, продавал хлеб с тачки.
Откуда стреляли, никто сказать не мог. Вечером пошёл дождь, и река поднялась почти до самых досок, но они выдержали до утра."""),
    ("fr, une brève", """Le pont du moulin a été touché mardi à neuf heures du matin. Deux charrettes s'y trouvaient ; le conducteur de la seconde a été conduit à
l'hôpital de campagne avec un bras cassé. À midi les hommes du village avaient posé des planches sur la brèche, et les premiers habitants traversaient à pied vers deux heures.
Le boulanger, dont le four est sur l'autre rive, vendait son pain sur une brouette. Personne n'a su dire d'où venaient les tirs."""),
    ("es, una nota", """El puente del molino fue alcanzado el martes a las nueve de la mañana. Había dos carros sobre él, y el conductor del segundo fue llevado al hospital
de campaña con un brazo roto. A mediodía los hombres del pueblo habían puesto tablas sobre el hueco, y a las dos cruzaron a pie los primeros vecinos. El panadero, cuyo horno
queda en la otra orilla, vendía el pan en una carretilla. Nadie supo decir desde dónde habían disparado aquella mañana."""),
    ("tr, bir haber", """Değirmenin yanındaki köprü salı sabahı saat dokuzda vuruldu. Üzerinde iki araba vardı; ikincisinin sürücüsü kırık bir kolla sahra hastanesine
götürüldü. Öğleye doğru köyün erkekleri yıkılan yerin üstüne kalaslar koydu ve saat ikide ilk yayalar karşıya geçti. Fırını öbür kıyıda olan ekmekçi ekmeğini el arabasından
sattı. Ateşin hangi taraftan geldiğini kimse söyleyemedi. Akşam yağmur başladı, ırmak kalaslara kadar yükseldi."""),
    ("ar, خبر", """أصيب الجسر قرب الطاحونة صباح الثلاثاء في الساعة التاسعة. كانت عليه عربتان، ونقل سائق الثانية إلى المستشفى الميداني بذراع مكسورة. عند الظهر كان رجال القرية
قد مدوا ألواحا فوق الفجوة، وفي الثانية عبر أول الناس مشيا على الأقدام. باع الخباز الذي يقع فرنه على الضفة الأخرى خبزه على عربة يد. لم يعرف أحد من أي جهة جاءت القذائف. وفي المساء
هطل المطر وارتفع النهر حتى كاد يلامس الألواح، لكنها صمدت إلى الصباح."""),
)
