/**
 * Short names of the namespaces that Office files are written in, the strict and the transitional
 * ones alike; a writer may have chosen any prefix.
 */
const ooxml = 'schemas.openxmlformats.org/';
const strict = 'purl.oclc.org/ooxml/';
const microsoft = 'schemas.microsoft.com/office/';

const names: Record<string, string> = {
  [`http://${ooxml}wordprocessingml/2006/main`]: 'w',
  [`http://${strict}wordprocessingml/main`]: 'w',
  [`http://${ooxml}presentationml/2006/main`]: 'p',
  [`http://${strict}presentationml/main`]: 'p',
  [`http://${ooxml}drawingml/2006/main`]: 'a',
  [`http://${strict}drawingml/main`]: 'a',
  [`http://${ooxml}drawingml/2006/chart`]: 'c',
  [`http://${strict}drawingml/chart`]: 'c',
  [`http://${ooxml}drawingml/2006/diagram`]: 'dgm',
  [`http://${strict}drawingml/diagram`]: 'dgm',
  [`http://${ooxml}drawingml/2006/wordprocessingDrawing`]: 'wp',
  [`http://${strict}drawingml/wordprocessingDrawing`]: 'wp',
  [`http://${ooxml}drawingml/2006/picture`]: 'pic',
  [`http://${strict}drawingml/picture`]: 'pic',
  [`http://${ooxml}officeDocument/2006/relationships`]: 'r',
  [`http://${strict}officeDocument/relationships`]: 'r',
  [`http://${ooxml}officeDocument/2006/math`]: 'm',
  [`http://${strict}officeDocument/math`]: 'm',
  [`http://${ooxml}markup-compatibility/2006`]: 'mc',
  [`http://${ooxml}package/2006/metadata/core-properties`]: 'cp',
  [`http://${ooxml}officeDocument/2006/extended-properties`]: 'ep',
  [`http://${strict}officeDocument/extendedProperties`]: 'ep',
  'http://purl.org/dc/elements/1.1/': 'dc',
  'urn:schemas-microsoft-com:vml': 'v',
  'urn:schemas-microsoft-com:office:office': 'o',
  [`http://${microsoft}word/2010/wordprocessingShape`]: 'wps',
  [`http://${microsoft}word/2010/wordprocessingGroup`]: 'wpg',
  [`http://${microsoft}drawing/2014/chartex`]: 'cx',
  [`http://${microsoft}powerpoint/2018/8/main`]: 'p188',
};

/** `w:p` for a paragraph, whatever the file calls it. */
export function shortName(tag: { uri: string; prefix: string; local: string }): string {
  const known = names[tag.uri];
  // A file that broke, or that a careless program wrote, may not say what its prefixes mean.
  const prefix = known ?? tag.prefix;
  return prefix === '' ? tag.local : `${prefix}:${tag.local}`;
}
