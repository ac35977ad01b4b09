/** The usual names of columns, by what they hold. Ids come in order: the first that a file has is the one. */

const words = (text: string) => text.split(' ');

export const USER_NAMES = words(
  'user userid uid users customerid customer reviewerid reviewer visitorid visitor accountid account memberid ' +
    'clientid msno person personid member client playlistid pid sessionid session',
);

export const ITEM_NAMES = words(
  'item itemid iid items productid product parentasin asin movieid movie isbn trackid track songid song sid ' +
    'artistid artist bookid book venueid venue businessid business articleid article listingid listing gameid ' +
    'appid animeid showid videoid recipeid restaurantid placeid poiid hotelid beerid jokeid newsid contentid ' +
    'postid gmapid locationid location',
);

/** Ratings and counts: what every version knew comes first. */
export const RATING_NAMES = [
  words('rating ratings score stars count counts plays playcount weight value'),
  words('overall bookrating userrating ratingvalue starrating listencount frequency quantity views clicks'),
];

export const TIME_NAMES = words(
  'timestamp time ts datetime date unixtime unixreviewtime unixtimestamp reviewtime eventtime eventtimestamp ' +
    'createdat created dateadded updatedat playedat visitedat checkintime localtime utctime clicktime tdat',
);

/** Names that alone make a line a header. */
export const HEADER_NAMES: ReadonlySet<string> = new Set([
  ...words(
    'user users userid uid customer customerid reviewer reviewerid visitor visitorid account accountid session ' +
      'sessionid item items itemid iid product productid movie movieid artist artistid track trackid song songid ' +
      'book bookid isbn asin venue venueid business businessid location locationid listing listingid article articleid',
  ),
  ...[...USER_NAMES, ...ITEM_NAMES].filter((name) => name.length > 4 && name.endsWith('id')),
]);

/** A header name without case, punctuation and type suffix ("user_id:token" -> "userid"). */
export function plainName(name: string): string {
  return name
    .replace(/:.*$/, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** No name, or one that a table's writer gives to a column of row numbers. */
export function isUnnamed(name: string): boolean {
  return /^(|unnamed\d*|indexlevel\d+|index|rownum|rownumber|rowid)$/.test(plainName(name));
}

/** Position of the column with the first of `names` that the file has, or undefined. */
export function columnNamed(
  columns: readonly string[] | null,
  names: readonly string[],
  taken: ReadonlySet<number>,
): number | undefined {
  if (!columns) return undefined;
  const plain = columns.map(lastPart);
  for (const name of names) {
    const position = plain.findIndex((known, column) => known === name && !taken.has(column));
    if (position >= 0) return position;
  }
  return undefined;
}

/** `reviewer.user_id` -> `userid`; `reviewer.id` -> `reviewerid`. */
function lastPart(name: string): string {
  const parts = name.split('.').filter((part) => plainName(part) !== '');
  const last = parts.at(-1) ?? '';
  return plainName(plainName(last) === 'id' && parts.length > 1 ? `${parts.at(-2)}${last}` : last);
}

/** What a name usually stands for. */
export function usualRole(name: string): 'user' | 'item' | 'rating' | 'timestamp' | undefined {
  const plain = plainName(name);
  if (USER_NAMES.includes(plain)) return 'user';
  if (ITEM_NAMES.includes(plain)) return 'item';
  if (RATING_NAMES.flat().includes(plain)) return 'rating';
  return TIME_NAMES.includes(plain) ? 'timestamp' : undefined;
}
